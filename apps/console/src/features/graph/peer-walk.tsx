'use client'

import { clsx } from 'clsx'
import { type PointerEvent, useId, useRef } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { tunnelsTold } from './graph-caption.tsx'
import type { GraphState } from './graph-state.ts'
import type { Links } from './links.ts'
import { usePointer } from './use-pointer.ts'
import type { Scene } from './use-scene.ts'
import type { Camera } from './use-surface.ts'
import { useWalk } from './use-walk.ts'
import { type Hit, HOME, showing, zoomed } from './view.ts'

type Props = {
  scene: Scene
  state: GraphState
  links: Links
  camera: Camera
  hit: Hit | null
  onHit: (hit: Hit | null) => void
  /** With `together` it is looked at beside the peer that is chosen already. */
  onChoose: (at: number, together: boolean) => void
  onOpen: (at: number) => void
}

/** How many peers before and after the current one a screen reader can look at. */
const AROUND = 6

/** A second click within this time opens, in milliseconds. */
const DOUBLE_MS = 400

/**
 * The drawing's twin: a list of all peers in the order of the circle, of which those around the current one are there.
 * It lies over the canvas and takes its pointer, too.
 */
export function PeerWalk(props: Props) {
  const { scene, state, links, camera, hit, onHit, onChoose, onOpen } = props
  const { plan, presence } = useNetwork()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const { circle } = scene
  const chosen = state.peer === null ? undefined : circle.seatOf(state.peer.id)
  const click = useClick(props)
  const pointer = usePointer(box, { circle, camera, onHover: onHit, onClick: click })
  const walk = useWalk({
    circle,
    start: chosen ?? 0,
    onAt: (at) => {
      onHit({ kind: 'seat', at })
      const seat = circle.seats[at]
      if (seat) camera.move((view, frame) => (view.k > 1 ? showing(view, frame, seat) : view))
    },
    onEnter: (at, withShift) => (at === chosen && !withShift ? onOpen(at) : onChoose(at, withShift)),
    onEscape: () => state.choose(null),
    onZoom: (factor) =>
      camera.move((view, frame) =>
        factor === null ? HOME : zoomed(view, frame, { factor, at: { x: frame.width / 2, y: frame.height / 2 } }),
      ),
  })
  const at = walk.at ?? chosen ?? 0
  const window = circle.seats.slice(Math.max(0, at - AROUND), at + AROUND + 1)
  const first = Math.max(0, at - AROUND)
  const place = (peer: Member) => plan.tree.get(peer.cidrId)?.name ?? ''
  const tell = (peer: Member) =>
    `${peer.name}, ${place(peer)}, ${presence.state(peer).word}, ${tunnelsTold({ plan, links }, peer, state)}`
  return (
    <div
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label="Peers around the circle"
      aria-activedescendant={`${id}-${at}`}
      {...pointer}
      onKeyDown={walk.onKeyDown}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && walk.go(at)}
      onBlur={() => {
        walk.go(null)
        onHit(null)
      }}
      className={clsx(
        'absolute inset-0 touch-none overflow-hidden select-none focus-visible:outline-offset-[-2px]',
        hit ? 'cursor-pointer' : 'cursor-grab active:cursor-grabbing',
      )}
    >
      <div className="sr-only">
        {window.map(({ peer }, nth) => (
          <div
            key={peer.id}
            id={`${id}-${first + nth}`}
            role="option"
            tabIndex={-1}
            aria-selected={peer.id === state.peer?.id}
            aria-setsize={circle.seats.length}
            aria-posinset={first + nth + 1}
          >
            {tell(peer)}
          </div>
        ))}
      </div>
    </div>
  )
}

/** A click chooses, a click with Shift takes a second peer to the first, a double click opens. */
function useClick({ state, scene, onChoose, onOpen }: Props) {
  const last = useRef({ at: -1, time: 0 })
  return (hit: Hit | null, event: PointerEvent<HTMLElement>) => {
    if (hit?.kind === 'sector') {
      const cidr = scene.circle.sectors[hit.at]?.cidr.name ?? ''
      state.setFilter({ within: state.filter.within?.name === cidr ? '' : cidr })
      return
    }
    if (!hit) return void state.choose(null)
    const again = last.current.at === hit.at && event.timeStamp - last.current.time < DOUBLE_MS
    last.current = { at: hit.at, time: event.timeStamp }
    if (again) onOpen(hit.at)
    else onChoose(hit.at, event.shiftKey)
  }
}
