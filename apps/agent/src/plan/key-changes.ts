import type { PeerEntry, PublicKey, ViewState } from '@warren/protocol'
import { chainProblem } from '@warren/protocol/rotation'

/** The key that this node knows of a peer, and of which of its lives: how often it had been invited anew. */
export type Pin = { readonly key: PublicKey; readonly born: number; readonly name: string }

/**
 * Keys that are not those of the view: of peers whose new key is refused, and, where pins are strict, of peers that left.
 * Every other peer is pinned to the key that it has in the view.
 */
export type Pins = ReadonlyMap<number, Pin>

export type PinRules = {
  readonly network: string
  readonly ownId: number
  /** Pinned by the invitation, and checked elsewhere. */
  readonly hubKey: PublicKey
  /** Whether a key outlives that its peer was invited anew, or left the view. */
  readonly strict: boolean
  /** Keys that a person vouches for, by peer. */
  readonly trusted: ReadonlyMap<number, PublicKey>
}

/** A peer that has another key now, and why that was taken. */
export type KeyChange = {
  readonly id: number
  readonly name: string
  readonly from: PublicKey
  readonly to: PublicKey
  readonly why: 'signed' | 'invited-anew' | 'trusted'
}

/**
 * Judges the keys of a view against those known so far. A key may change when the one known signed it, by way of others
 * that the view tells of; when the peer is another machine by now; or when a person said so.
 * @returns the pins from now on, and what changed
 */
export function followKeys(
  before: ViewState | null,
  after: ViewState,
  { pins, rules }: { pins: Pins; rules: PinRules },
): { readonly pins: Pins; readonly changes: readonly KeyChange[] } {
  const kept = new Map<number, Pin>()
  const changes: KeyChange[] = []
  for (const peer of after.peers.values()) {
    const known = pins.get(peer.id) ?? pinOf(before?.peers.get(peer.id))
    if (!known || known.key === peer.key || !isPinned(peer, rules)) continue
    const why = reasonFor(known, peer, rules)
    if (why === null) kept.set(peer.id, known)
    else changes.push({ id: peer.id, name: peer.name, from: known.key, to: peer.key, why })
  }
  if (rules.strict) for (const [id, pin] of left(before, after, pins)) kept.set(id, pin)
  return { pins: kept, changes }
}

function reasonFor(known: Pin, peer: PeerEntry, { network, strict, trusted }: PinRules): KeyChange['why'] | null {
  if (chainProblem(network, known.key, peer) === null) return 'signed'
  if (trusted.get(peer.id) === peer.key) return 'trusted'
  return !strict && (peer.born ?? 0) > known.born ? 'invited-anew' : null
}

/** Devices have no tunnel to this node, and the hub's key is not the console's to change. */
const isPinned = ({ id, key, device }: PeerEntry, { ownId, hubKey }: PinRules): boolean =>
  id !== ownId && key !== hubKey && !device

/** What was known of peers that the view does not have any more. */
function left(before: ViewState | null, after: ViewState, pins: Pins): [number, Pin][] {
  const gone = [...(before?.peers.values() ?? [])].filter(({ id, device }) => !after.peers.has(id) && !device)
  const fresh = gone.flatMap((peer): [number, Pin][] => {
    const pin = pinOf(peer)
    return pin ? [[peer.id, pin]] : []
  })
  return [...fresh, ...[...pins].filter(([id]) => !after.peers.has(id))]
}

const pinOf = (peer: PeerEntry | undefined): Pin | undefined =>
  peer && { key: peer.key, born: peer.born ?? 0, name: peer.name }

/**
 * The view as this node has tunnels for it: whose new key is refused keeps the one known. Nobody has a tunnel by a key
 * that somebody else is pinned to; where a view claims that, the pinned one goes without.
 */
export function withPins(state: ViewState, pins: Pins): ViewState {
  const held = [...pins].filter(([id]) => state.peers.has(id))
  if (held.length === 0) return state
  const keys = new Set([...state.peers.values()].map(({ key }) => key))
  const peers = new Map(state.peers)
  for (const [id, { key }] of held) {
    const peer = peers.get(id)
    if (!peer || keys.has(key)) peers.delete(id)
    else peers.set(id, { ...peer, key })
  }
  return { ...state, peers }
}

/** As many names as a sentence has room for. */
const NAMED = 3

/** What a person has to know of refused keys, one or two sentences; null when there are none. */
export function pinFault(state: ViewState, pins: Pins, network: string): string | null {
  const names = [...pins.keys()].flatMap((id) => state.peers.get(id)?.name ?? [])
  const [first] = names
  if (first === undefined) return null
  const more = names.length - NAMED
  const listed = `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return names.length === 1
    ? `The key of ${first} changed without a rotation signed by its old key; this node keeps the old one. If ${first} was set up anew, run: warren trust ${first} --network ${network}`
    : `The keys of ${listed} changed without a rotation signed by their old keys; this node keeps the old ones. For each that was set up anew, run: warren trust PEER --network ${network}`
}
