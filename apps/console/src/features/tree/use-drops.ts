'use client'

import { whyNotAssociate, whyNotMove } from '~/features/cidrs/why-not.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import type { Load } from './drag.tsx'
import type { TreeState } from './tree-state.ts'

/** What dropping a thing on a CIDR does, told while it is dragged, and asked for in the panel when it is let go. */
export function useDrops(state: TreeState) {
  const { plan } = useNetwork()
  const rights = useRights()
  const nameOf = (id: number) => plan.tree.get(id)?.name ?? ''

  const tellCidr = (id: number, over: number | null) => {
    if (over === null || over === id) return { text: `Associate ${nameOf(id)} with…`, allowed: false }
    const why = rights.whyNotAssociation({ a: id, b: over }) ?? whyNotAssociate(plan, id, over)
    return { text: `${nameOf(id)} – ${nameOf(over)}: ${why ?? 'associate'}`, allowed: why === null }
  }
  const tellPeer = (id: number, over: number | null) => {
    const peer = plan.member(id)
    if (!peer || over === null) return { text: `Move ${peer?.name ?? ''} to…`, allowed: false }
    const why = rights.whyNotPeer(peer) ?? rights.whyNotInside(over) ?? whyNotMove(plan, peer, over)
    return { text: why ? `${peer.name}: ${why}` : `Move ${peer.name} to ${nameOf(over)}`, allowed: why === null }
  }
  const onDrop = ({ kind, id }: Load, over: number) => {
    if (kind === 'cidr') return state.actOn(id, { kind: 'associate', other: over })
    const peer = plan.member(id)
    if (peer) state.actOn(peer.cidrId, { kind: 'move-peer', peer: id, to: over })
  }
  return {
    tell: ({ kind, id }: Load, over: number | null) => (kind === 'cidr' ? tellCidr(id, over) : tellPeer(id, over)),
    onDrop,
  }
}
