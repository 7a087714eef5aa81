import { parseAddress } from '@warren/cidr'
import type { StaleLine } from '@warren/protocol'
import { addressesOf } from '~/features/network/families.ts'
import type { Member, Plan } from '~/features/network/plan.ts'
import {
  isInnernet,
  lastHeard,
  type PeerState,
  type PeerStatus,
  type Presence,
  stateWords,
} from '~/features/network/presence.ts'
import { INNERNET, type PeerFilter, type SortKey, STALE, stateMatches } from './peers-filter.ts'
import { staleOf } from './stale.ts'

/** A peer with what its row shows. */
export type PeerRowView = {
  readonly peer: Member
  readonly cidr: string
  readonly state: PeerState
  readonly status: PeerStatus | undefined
  readonly heard: string | null
  /** Whether it runs innernet's own client. */
  readonly innernet: boolean
  /** What of its configuration is out of date. */
  readonly stale: readonly StaleLine[]
}

/** What the row of a peer shows. */
export function rowOf(plan: Plan, presence: Presence, peer: Member): PeerRowView {
  const status = presence.status(peer.id)
  const cidr = plan.tree.get(peer.cidrId)?.name ?? ''
  const [innernet, stale] = [isInnernet(peer, status), staleOf(plan, peer.id)]
  return { peer, cidr, state: presence.state(peer), status, heard: lastHeard(status), innernet, stale }
}

/**
 * The peers that a filter lets through, in its order. Rows are made of those in sight only: of ten thousand they would
 * take longer than everything here.
 */
export function peersShown(plan: Plan, presence: Presence, filter: PeerFilter): readonly Member[] {
  const tests = testsOf(plan, presence, filter)
  const all = ordered(plan, filter.sort)
  const shown = tests.length === 0 ? all : all.filter((peer) => tests.every((test) => test(peer)))
  const keyOf = observedKeys[filter.sort]
  if (keyOf) return sorted(shown, (peer) => keyOf(presence, peer), filter.down)
  return filter.down ? shown.toReversed() : shown
}

type Test = (peer: Member) => boolean

/** What a peer has to pass, that which leaves out most and costs least first. */
function testsOf(plan: Plan, presence: Presence, filter: PeerFilter): Test[] {
  const { kind, state, admin, version } = filter
  const inside = insideOf(plan, filter.within)
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean)
  const textOf = words.length > 0 ? textsOf(plan) : null
  const tests: (Test | null)[] = [
    inside && ((peer) => inside.has(peer.cidrId)),
    kind === '' ? null : kindTest(plan, presence, kind),
    admin === '' ? null : (peer) => peer.isAdmin === (admin === 'yes'),
    textOf && ((peer) => words.every((word) => isIn(textOf.get(peer.id), word) || isAt(presence, peer, word))),
    state === '' ? null : (peer) => stateMatches(presence.state(peer), state),
    version === '' ? null : (peer) => (presence.status(peer.id)?.version ?? '') === version,
  ]
  return tests.filter((test) => test !== null)
}

/** Of the kinds that the filter knows beside those of rows. */
function kindTest(plan: Plan, presence: Presence, kind: string): Test {
  if (kind === INNERNET) return (peer) => isInnernet(peer, presence.status(peer.id))
  if (kind === STALE) return (peer) => staleOf(plan, peer.id).length > 0
  return (peer) => peer.kind === kind
}

const isIn = (text: string | undefined, word: string): boolean => text?.includes(word) ?? false

/** Only a word with a digit or a colon can be part of an endpoint that was seen. */
const isAt = (presence: Presence, peer: Member, word: string): boolean =>
  /[\d:]/.test(word) && isIn(presence.status(peer.id)?.endpoint ?? undefined, word)

/** Versions that are about, the newest first; for the filter. */
export function versionsOf(plan: Plan, presence: Presence): string[] {
  const versions = new Set(plan.members.flatMap((peer) => presence.status(peer.id)?.version ?? []))
  return [...versions].sort((a, b) => (naturalKey(a) < naturalKey(b) ? 1 : -1))
}

/** The CIDRs of a subtree; null when there is none of that name, which leaves nobody out. */
function insideOf({ tree }: Plan, name: string): ReadonlySet<number> | null {
  const top = name === '' ? null : tree.byName(name)
  if (!top) return null
  const { from, to } = tree.span(top.id)
  return new Set(tree.nodes.slice(from, to).map((node) => node.id))
}

/** What sorts a row: nothing sorts last, whichever way the rest goes. */
type Key = number | string | null

/** Sorts peers that are in the order of addresses, which decides between equals. */
function sorted(peers: readonly Member[], keyOf: (peer: Member) => Key, down: boolean): Member[] {
  const way = down ? -1 : 1
  const keyed = peers.map((peer) => ({ peer, key: keyOf(peer) }))
  keyed.sort((a, b) => {
    if (a.key === b.key) return 0
    if (a.key === null) return 1
    if (b.key === null) return -1
    return a.key < b.key ? -way : way
  })
  return keyed.map(({ peer }) => peer)
}

const stateRank = new Map(stateWords.map((word, at) => [word, at]))

/** What sorts by observations, which change all the time. */
const observedKeys: Partial<Record<SortKey, (presence: Presence, peer: Member) => Key>> = {
  state: (presence, peer) => stateRank.get(presence.state(peer).word) ?? null,
  seen: (presence, { id }) => lastHeard(presence.status(id)),
  handshake: (presence, { id }) => presence.status(id)?.handshakeAt ?? null,
  rx: (presence, { id }) => presence.status(id)?.rx ?? null,
  tx: (presence, { id }) => presence.status(id)?.tx ?? null,
  revision: (presence, { id }) => presence.status(id)?.appliedRevision ?? null,
  version: (presence, { id }) => keyIf(presence.status(id)?.version, naturalKey),
  address6: (_, { address6 }) => keyIf(address6, (text) => endpointKey(`[${text}]:0`)),
  endpoint: (presence, { id }) => keyIf(presence.status(id)?.endpoint, endpointKey),
}

const keyIf = (text: string | null | undefined, keyOf: (text: string) => string): Key => (text ? keyOf(text) : null)

const orders = new WeakMap<Plan, Map<SortKey, readonly Member[]>>()

/** All peers in an order that only the plan decides: once per plan, not once per key that is pressed. By address else. */
function ordered(plan: Plan, sort: SortKey): readonly Member[] {
  const nameOf = plannedNames(plan)[sort]
  if (!nameOf) return plan.members
  const known = orders.get(plan) ?? new Map<SortKey, readonly Member[]>()
  orders.set(plan, known)
  const made = known.get(sort) ?? sortedBy(plan.members, nameOf)
  known.set(sort, made)
  return made
}

const plannedNames = ({ tree }: Plan): Partial<Record<SortKey, (peer: Member) => string>> => ({
  name: (peer) => peer.name,
  cidr: (peer) => tree.get(peer.cidrId)?.name ?? '',
  kind: (peer) => peer.kind,
})

function sortedBy(members: readonly Member[], nameOf: (peer: Member) => string): Member[] {
  const keyed = members.map((peer) => ({ peer, key: naturalKey(nameOf(peer)) }))
  return keyed.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1)).map(({ peer }) => peer)
}

/** Digits of the largest number in a name that still sorts as a number. */
const DIGITS = 8

/** What sorts a name or a version with its numbers as numbers. Both are plain ASCII in lower case. */
const naturalKey = (text: string): string => text.replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'))

const texts = new WeakMap<Plan, ReadonlyMap<number, string>>()

/** What is searched of each peer: all that only the plan says. */
function textsOf(plan: Plan): ReadonlyMap<number, string> {
  const known = texts.get(plan)
  if (known) return known
  const textOf = (peer: Member) =>
    `${peer.name} ${addressesOf(peer).join(' ')} ${plan.tree.get(peer.cidrId)?.name ?? ''}`
  const made = new Map(plan.members.map((peer) => [peer.id, textOf(peer)]))
  texts.set(plan, made)
  return made
}

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
