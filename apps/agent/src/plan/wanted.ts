import type { PublicKey, ViewState } from '@warren/protocol'
import { usableCandidates } from './candidates.ts'
import { KEEPALIVE_S, type Reachable } from './paths.ts'
import { allowedIp, type WantedPeer } from './plan.ts'

/** A peer that this node shall have a tunnel to, wherever it may be. */
export type Member = { readonly key: PublicKey; readonly ip: string; readonly at: readonly string[] }

/** The hub as the invitation named it; holds whatever the console says. */
export type PinnedHub = { readonly key: PublicKey; readonly address: string; readonly endpoint: string }

/**
 * Everyone that a view gives this node a tunnel to: the hub always, the others unless `hubOnly` (disabled by an admin).
 * A group view may hold the reader itself, which is passed over.
 */
export function membersOf(input: {
  readonly hub: PinnedHub
  readonly ownId: number
  readonly view: ViewState | null
  readonly hubOnly: boolean
}): Member[] {
  const peers = [...(input.view?.peers.values() ?? [])]
  const seen = peers.find((peer) => peer.key === input.hub.key)
  const hub: Member = {
    key: input.hub.key,
    ip: input.hub.address,
    at: [...new Set([...(seen?.at ?? []), input.hub.endpoint])],
  }
  const others = input.hubOnly ? [] : peers.filter((peer) => peer.id !== input.ownId && peer.key !== input.hub.key)
  return [hub, ...others.map((peer) => ({ key: peer.key, ip: peer.ip, at: peer.at ?? [] }))]
}

/** The same members with the addresses to try. `resolve` gives what is known of a DNS name now. */
export const reachables = (
  members: readonly Member[],
  root: string,
  resolve: (host: string) => readonly string[],
): Reachable[] => members.map((member) => ({ key: member.key, candidates: usableCandidates(member.at, root, resolve) }))

/**
 * The members as the device should have them. `moves` says whom to send elsewhere. The keepalive waits for the first
 * endpoint: switched on with it, it sends the first packet at once.
 */
export const wantedPeers = (
  members: readonly Member[],
  moves: ReadonlyMap<PublicKey, string>,
  hasEndpoint: (key: PublicKey) => boolean,
): WantedPeer[] =>
  members.map((member) => {
    const endpoint = moves.get(member.key) ?? null
    const known = endpoint !== null || hasEndpoint(member.key)
    return { key: member.key, allowedIps: [allowedIp(member.ip)], endpoint, keepalive: known ? KEEPALIVE_S : null }
  })
