import type { PublicKey, RelayEntry, ViewState } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'
import { type Bounds, usableCandidates } from './candidates.ts'
import type { Move } from './path-begin.ts'
import type { Reachable } from './path-state.ts'
import { SENDS_PER_LOOK } from './paths.ts'
import { allowedIp, type WantedPeer } from './plan.ts'
import { addressesOf } from './view-problem.ts'

/** A peer that this node shall have a tunnel to, wherever it may be. `id` is null for a hub that no view has named yet. */
export type Member = {
  readonly id: number | null
  readonly key: PublicKey
  readonly ips: readonly string[]
  readonly at: readonly string[]
}

/** The hub as the invitation named it; holds whatever the console says. `door`: its address for keys alone. */
export type PinnedHub = {
  readonly key: PublicKey
  readonly address: string
  readonly door: string
  readonly endpoint: string
}

/**
 * Everyone that a view gives this node a tunnel to: the hub always, the others unless `hubOnly` (disabled by an admin).
 * A group view may hold the reader itself, which is passed over. Devices have a tunnel to the hub alone: packets for them
 * go to the hub, and theirs come from it, so their addresses are the hub's here.
 */
export function membersOf(input: {
  readonly hub: PinnedHub
  readonly ownId: number
  readonly view: ViewState | null
  readonly hubOnly: boolean
}): Member[] {
  const peers = [...(input.view?.peers.values() ?? [])]
  const seen = peers.find((peer) => peer.key === input.hub.key)
  const devices = input.hubOnly ? [] : peers.filter((peer) => peer.device)
  const hub: Member = {
    id: seen?.id ?? null,
    key: input.hub.key,
    ips: [
      input.hub.address,
      ...(seen?.ip6 === undefined ? [] : [seen.ip6]),
      input.hub.door,
      ...devices.flatMap(addressesOf),
    ],
    at: [...new Set([...(seen?.at ?? []), input.hub.endpoint])],
  }
  const direct = peers.filter((peer) => peer.id !== input.ownId && peer.key !== input.hub.key && !peer.device)
  const others = input.hubOnly ? [] : direct
  return [hub, ...others.map((peer) => ({ id: peer.id, key: peer.key, ips: addressesOf(peer), at: peer.at ?? [] }))]
}

/** What decides which of a member's endpoints are tried. The filter is not asked about the hub, nor about what a person chose. */
export type Whereabouts = {
  readonly bounds: Bounds
  /** What is known of a DNS name now. */
  readonly resolve: (host: string) => readonly string[]
  /** Where a person wants this node to send to some of them first. */
  readonly chosen: readonly { readonly peer: number; readonly at: string }[]
  /** Where the hub passes packets on to some of them. */
  readonly relays: readonly RelayEntry[]
}

/** The same members with the addresses to try. Only the hub is asked something all the time, so that it is prompt. */
export function reachables(members: readonly Member[], where: Whereabouts): Reachable[] {
  const { bounds, resolve } = where
  const relays = byPeer(where.relays)
  const chosen = byPeer(where.chosen)
  return members.map(({ id, key, at }, index) => {
    const prompt = index === 0
    const first = usableCandidates(chosen.get(id) ?? [], resolve, { inside: bounds.inside })
    const others = usableCandidates(at, resolve, prompt ? { inside: bounds.inside } : bounds)
    return {
      key,
      candidates: [...new Set([...first, ...others])],
      chosen: first[0] ?? null,
      relay: usableCandidates(relays.get(id) ?? [], resolve, { inside: bounds.inside })[0] ?? null,
      prompt,
    }
  })
}

/** Keyed like members are: by an id, or null. */
const byPeer = (entries: readonly { readonly peer: number; readonly at: string }[]): Map<number | null, string[]> =>
  new Map(entries.map(({ peer, at }) => [peer, [at]]))

/**
 * The members as the device should have them. `moves` says whom to send elsewhere. The keepalive waits for the first
 * endpoint: switched on with it, or to another time, it sends a packet at once, so only so many are switched in one look.
 * @param how.keepaliveS seconds; 0 = none
 * @returns `held`: how many keepalives have to wait for the next look
 */
export function wantedPeers(
  members: readonly Member[],
  live: ReadonlyMap<PublicKey, LivePeer>,
  { moves, keepaliveS }: { readonly moves: ReadonlyMap<PublicKey, Move>; readonly keepaliveS: number },
): { readonly wanted: WantedPeer[]; readonly held: number } {
  let started = 0
  let held = 0
  const keepaliveOf = (key: PublicKey, endpoint: string | null): number | null => {
    const now = live.get(key)
    if (keepaliveS === 0 || now?.keepalive === keepaliveS) return keepaliveS
    if (endpoint === null && (now?.endpoint ?? null) === null) return null
    if (started >= SENDS_PER_LOOK) {
      held += 1
      return null
    }
    started += 1
    return keepaliveS
  }
  const wanted = members.map(({ key, ips }) => {
    const { to: endpoint, remake } = moves.get(key) ?? { to: null, remake: false }
    const keepalive = remake ? keepaliveS : keepaliveOf(key, endpoint)
    return { key, allowedIps: ips.map(allowedIp), endpoint, keepalive, remake }
  })
  return { wanted, held }
}
