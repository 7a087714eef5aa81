import type { Member, Plan } from '~/features/network/plan.ts'
import { lastHeard, type PeerState, type PeerStatus, type Presence } from '~/features/network/presence.ts'

export const sortKeys = ['address', 'name', 'cidr', 'state', 'heard', 'traffic'] as const
export type SortKey = (typeof sortKeys)[number]

/** What the table shows: a text in names, addresses or CIDRs, a subtree by its name, a state by its word. Empty means any. */
export type PeerFilter = { q: string; within: string; state: string; sort: SortKey; down: boolean }

/** A peer with what its row shows. */
export type PeerRowView = {
  readonly peer: Member
  readonly cidr: string
  readonly state: PeerState
  readonly status: PeerStatus | undefined
  readonly heard: string | null
}

/** The rows that a filter lets through, in its order. */
export function peerRows(plan: Plan, presence: Presence, filter: PeerFilter): PeerRowView[] {
  const top = filter.within === '' ? null : plan.tree.byName(filter.within)
  const wanted = filter.q.trim().toLowerCase()
  const rows = (top ? plan.membersWithin(top.id) : plan.members)
    .map((peer) => rowOf(plan, presence, peer))
    .filter((row) => filter.state === '' || row.state.word === filter.state)
    .filter((row) => wanted === '' || [row.peer.name, row.peer.address, row.cidr].some((text) => text.includes(wanted)))
  const compare = orders[filter.sort]
  const sorted = rows.sort((a, b) => compare(a, b) || byAddress(a, b))
  return filter.down ? sorted.reverse() : sorted
}

function rowOf(plan: Plan, presence: Presence, peer: Member): PeerRowView {
  const status = presence.status(peer.id)
  const cidr = plan.tree.get(peer.cidrId)?.name ?? ''
  return { peer, cidr, state: presence.state(peer), status, heard: lastHeard(status) }
}

type Compare = (a: PeerRowView, b: PeerRowView) => number

const byAddress: Compare = (a, b) => (a.peer.at.value < b.peer.at.value ? -1 : 1)

const traffic = (row: PeerRowView): number => (row.status?.rx ?? 0) + (row.status?.tx ?? 0)

const orders: Record<SortKey, Compare> = {
  address: byAddress,
  name: (a, b) => a.peer.name.localeCompare(b.peer.name, 'en', { numeric: true }),
  cidr: (a, b) => a.cidr.localeCompare(b.cidr, 'en', { numeric: true }),
  state: (a, b) => a.state.word.localeCompare(b.state.word, 'en'),
  heard: (a, b) => (b.heard ?? '').localeCompare(a.heard ?? '', 'en'),
  traffic: (a, b) => traffic(b) - traffic(a),
}
