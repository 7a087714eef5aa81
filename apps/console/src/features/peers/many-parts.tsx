'use client'

import { useState } from 'react'
import type { Member } from '~/features/network/plan.ts'
import { Button } from '~/ui/button.tsx'
import { count, counted } from '~/ui/format.ts'
import type { Sorted } from './peers-many.ts'

/** As many names as are read at a glance. */
const NAMED = 8

/** Who it is about, by name; the rest on demand. */
export function Named({ peers }: { peers: readonly Member[] }) {
  const [open, setOpen] = useState(false)
  const shown = open ? peers : peers.slice(0, NAMED)
  const rest = peers.length - shown.length
  return (
    <p className={open ? 'max-h-32 overflow-y-auto' : undefined}>
      <span className="font-medium break-words">{shown.map((peer) => peer.name).join(', ')}</span>
      {rest > 0 && (
        <>
          {' '}
          <Button size="small" onClick={() => setOpen(true)}>
            and {count(rest)} more
          </Button>
        </>
      )}
    </p>
  )
}

/** Who of the selection stays as it is, and why. */
export function Unable({ unable }: { unable: Sorted['unable'] }) {
  if (unable.length === 0) return null
  return (
    <section aria-label="Not possible" className="rounded-md bg-relayed-ground px-2.5 py-1.5">
      <p className="font-medium">
        {counted(unable.length, 'peer')} will stay as {unable.length === 1 ? 'it is' : 'they are'}
      </p>
      <ul className="max-h-28 overflow-y-auto">
        {grouped(unable).map(([why, names]) => (
          <li key={why} className="break-words">
            {names.slice(0, NAMED).join(', ')}
            {names.length > NAMED && ` and ${count(names.length - NAMED)} more`}: {why}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The names that each reason holds for. */
function grouped(unable: Sorted['unable']): [why: string, names: string[]][] {
  const groups = new Map<string, string[]>()
  for (const { peer, why } of unable) groups.set(why, [...(groups.get(why) ?? []), peer.name])
  return [...groups]
}
