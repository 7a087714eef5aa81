'use client'

import { Maximize, Minus, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { IconButton } from '~/ui/button.tsx'
import { GraphCaption } from './graph-caption.tsx'
import type { GraphState } from './graph-state.ts'
import type { Links } from './links.ts'
import { PeerWalk } from './peer-walk.tsx'
import { type Scene, useFollowed } from './use-scene.ts'
import { type Camera, useSurface } from './use-surface.ts'
import { type Hit, HOME, showing, zoomed } from './view.ts'

type Props = { scene: Scene; state: GraphState; links: Links }

/** Factor of one press on a zoom button. */
const STEP = 1.5

/** The circle on its canvas, and over it the list of peers that keyboards and screen readers walk. */
export function GraphDrawing({ scene, state, links }: Props) {
  const { plan } = useNetwork()
  const router = useRouter()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [hit, setHit] = useState<Hit | null>(null)
  const { circle, web, marks, focus } = scene
  const followed = useFollowed(scene, { hit, state, links })
  const camera = useSurface(canvas, { circle, strands: web.strands, marks, followed, focus })
  useShowChosen(camera, scene, state)

  const peerAt = (at: number) => circle.seats[at]?.peer ?? null
  const choose = (at: number, together: boolean) => {
    const peer = peerAt(at)
    if (together && state.peer && peer && peer.id !== state.peer.id) state.compare(peer)
    else state.choose(peer)
  }
  const open = (at: number) => {
    const peer = peerAt(at)
    if (peer) router.push(to.peer({ network: plan.network.name, peer: peer.id }))
  }
  return (
    <div className="absolute inset-0">
      <canvas ref={canvas} aria-hidden className="absolute inset-0 size-full" />
      <PeerWalk
        scene={scene}
        state={state}
        links={links}
        camera={camera}
        hit={hit}
        onHit={setHit}
        onChoose={choose}
        onOpen={open}
      />
      <GraphCaption scene={scene} hit={hit} links={links} state={state} />
      <ZoomButtons camera={camera} />
    </div>
  )
}

/** Brings the chosen peer into sight when the drawing is zoomed in, whoever chose it. */
function useShowChosen(camera: Camera, { circle }: Scene, { peer }: GraphState): void {
  const at = peer === null ? undefined : circle.seatOf(peer.id)
  const seat = at === undefined ? undefined : circle.seats[at]
  const [x, y] = [seat?.x, seat?.y]
  useEffect(() => {
    if (x !== undefined && y !== undefined)
      camera.move((view, frame) => (view.k > 1 ? showing(view, frame, { x, y }) : view))
  }, [camera, x, y])
}

function ZoomButtons({ camera }: { camera: Camera }) {
  const by = (factor: number) =>
    camera.move((view, frame) => zoomed(view, frame, { factor, at: { x: frame.width / 2, y: frame.height / 2 } }))
  return (
    <div className="absolute right-3 bottom-3 flex rounded-md border bg-card">
      <IconButton name="Zoom out" onClick={() => by(1 / STEP)}>
        <Minus />
      </IconButton>
      <IconButton name="Zoom in" onClick={() => by(STEP)}>
        <Plus />
      </IconButton>
      <IconButton name="Show all" onClick={() => camera.move(() => HOME)}>
        <Maximize />
      </IconButton>
    </div>
  )
}
