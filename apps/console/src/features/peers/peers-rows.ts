import { parseAddress } from '@warren/cidr'
import type { Member, Plan } from '~/features/network/plan.ts'
import { lastHeard, type PeerState, type PeerStatus, type Presence, stateWords } from '~/features/network/presence.ts'
import { type PeerFilter, type SortKey, stateMatches } from './peers-filter.ts'

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
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean)
  const textOf = textsOf(plan)
  const rows: PeerRowView[] = []
  for (const peer of top ? plan.membersWithin(top.id) : plan.members) {
    if (filter.kind !== '' && peer.kind !== filter.kind) continue
    if (filter.admin !== '' && peer.isAdmin !== (filter.admin === 'yes')) continue
    const state = presence.state(peer)
    if (filter.state !== '' && !stateMatches(state, filter.state)) continue
    const status = presence.status(peer.id)
    if (filter.version !== '' && (status?.version ?? '') !== filter.version) continue
    const text = textOf.get(peer.id) ?? ''
    if (!words.every((word) => text.includes(word) || status?.endpoint?.includes(word))) continue
    rows.push({ peer, cidr: plan.tree.get(peer.cidrId)?.name ?? '', state, status, heard: lastHeard(status) })
  }
  return sorted(rows, plan, filter)
}

/** Versions that are about, the newest first; for the filter. */
export function versionsOf(plan: Plan, presence: Presence): string[] {
  const versions = new Set(plan.members.flatMap((peer) => presence.status(peer.id)?.version ?? []))
  return [...versions].sort((a, b) => byText.compare(b, a))
}

/** What sorts a row: nothing sorts last, whichever way the rest goes. */
type Key = number | string | null

/** What is equal otherwise goes by address. */
function sorted(rows: PeerRowView[], plan: Plan, { sort, down }: PeerFilter): PeerRowView[] {
  const keyOf = keysOf(plan)[sort]
  const keyed = rows.map((row, at) => ({ row, key: keyOf(row), at }))
  const way = down ? -1 : 1
  keyed.sort((a, b) => {
    if (a.key === b.key) return byAddress(a.row, b.row) || a.at - b.at
    if (a.key === null) return 1
    if (b.key === null) return -1
    return a.key < b.key ? -way : way
  })
  return keyed.map(({ row }) => row)
}

const byAddress = (a: PeerRowView, b: PeerRowView): number => {
  if (a.peer.at.value === b.peer.at.value) return 0
  return a.peer.at.value < b.peer.at.value ? -1 : 1
}

const byText = new Intl.Collator('en', { numeric: true })

const stateRank = new Map(stateWords.map((word, at) => [word, at]))

function keysOf(plan: Plan): Record<SortKey, (row: PeerRowView) => Key> {
  const names = ranksOf(plan)
  return {
    name: (row) => names.peers.get(row.peer.name) ?? null,
    address: (row) => names.addresses.get(row.peer.id) ?? null,
    cidr: (row) => names.cidrs.get(row.cidr) ?? null,
    kind: (row) => row.peer.kind,
    state: (row) => stateRank.get(row.state.word) ?? null,
    seen: (row) => row.heard,
    handshake: (row) => row.status?.handshakeAt ?? null,
    rx: (row) => row.status?.rx ?? null,
    tx: (row) => row.status?.tx ?? null,
    revision: (row) => row.status?.appliedRevision ?? null,
    version: (row) => (row.status?.version ? versionKey(row.status.version) : null),
    endpoint: (row) => (row.status?.endpoint ? endpointKey(row.status.endpoint) : null),
  }
}

type Ranks = {
  peers: ReadonlyMap<string, number>
  cidrs: ReadonlyMap<string, number>
  addresses: ReadonlyMap<number, number>
}

/** Comparing texts as people do takes long, so it is done once per plan and not once per key pressed. */
const ranks = new WeakMap<Plan, Ranks>()

function ranksOf(plan: Plan): Ranks {
  const known = ranks.get(plan)
  if (known) return known
  const rank = (names: string[]) => new Map(names.sort(byText.compare).map((name, at) => [name, at]))
  const made = {
    peers: rank(plan.members.map((peer) => peer.name)),
    cidrs: rank(plan.tree.nodes.map((node) => node.name)),
    addresses: new Map(plan.members.map((peer, at) => [peer.id, at])),
  }
  ranks.set(plan, made)
  return made
}

const texts = new WeakMap<Plan, ReadonlyMap<number, string>>()

/** What is searched of each peer: all that only the plan says. */
function textsOf(plan: Plan): ReadonlyMap<number, string> {
  const known = texts.get(plan)
  if (known) return known
  const textOf = (peer: Member) => `${peer.name} ${peer.address} ${plan.tree.get(peer.cidrId)?.name ?? ''}`
  const made = new Map(plan.members.map((peer) => [peer.id, textOf(peer)]))
  texts.set(plan, made)
  return made
}

/** Digits of the largest number in a version that still sorts as a number. */
const DIGITS = 8

const versionKey = (version: string): string => version.replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'))

/** Hexadecimal digits of an IPv6 address, and of a port. */
const ADDRESS_DIGITS = 32
const PORT_DIGITS = 4

/** Sorts endpoints by address and port as numbers; IPv4 before IPv6 before names. What was observed is `host:port`. */
function endpointKey(text: string): string {
  const colon = text.lastIndexOf(':')
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '')
  const port = Number(text.slice(colon + 1))
    .toString(16)
    .padStart(PORT_DIGITS, '0')
  const address = parseAddress(host)
  if (!address.ok) return `n${host} ${port}`
  return `${address.value.family}${address.value.value.toString(16).padStart(ADDRESS_DIGITS, '0')}${port}`
}
