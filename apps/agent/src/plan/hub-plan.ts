import { contains, hostPrefix, parseAddress, parsePrefix } from '@warren/cidr'
import type { HubNetwork, HubPeer, PublicKey } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'
import { allowedIp, type WantedPeer } from './plan.ts'
import { routeProblem } from './view-problem.ts'

/**
 * The hub's peers as its device should have them. A peer that the device has already is where it is: the hub learns
 * endpoints, it does not guess them. One that is new to the device is sent to where it was last seen, with a keepalive,
 * which makes it answer within milliseconds after the hub was restarted.
 * @param how.endpoints where peers were last seen; `keepaliveS`: seconds, 0 = none
 */
export function wantedByHub(
  peers: Iterable<HubPeer>,
  live: ReadonlyMap<PublicKey, LivePeer>,
  { endpoints, keepaliveS }: { readonly endpoints: ReadonlyMap<PublicKey, string>; readonly keepaliveS: number },
): WantedPeer[] {
  return [...peers].map((peer) => {
    const known = live.get(peer.key)?.endpoint ?? null
    const endpoint = known === null ? (endpoints.get(peer.key) ?? peer.endpoint) : null
    const kept = endpoint !== null || (live.get(peer.key)?.keepalive ?? 0) > 0
    const keepalive = kept && !peer.restricted ? keepaliveS : null
    return { key: peer.key, allowedIps: peer.ips.map(allowedIp), endpoint, keepalive }
  })
}

/** The addresses that may reach the mesh API and nothing else. */
export const restrictedIps = (peers: Iterable<HubPeer>): string[] =>
  [...peers].filter((peer) => peer.restricted).flatMap((peer) => peer.ips)

/** Pairs of addresses, a device's first, between which the hub forwards. Two devices are one pair, not two. */
export function forwardedPairs(peers: Iterable<HubPeer>): (readonly [string, string])[] {
  const pairs = new Map<string, readonly [string, string]>()
  for (const { ips, forwards = [] } of peers) {
    for (const own of ips) {
      for (const other of forwards) {
        const sameFamily = own.includes(':') === other.includes(':')
        if (sameFamily && !pairs.has(`${other} ${own}`)) pairs.set(`${own} ${other}`, [own, other])
      }
    }
  }
  return [...pairs.values()]
}

/** Why the coordinator's word must not touch the hub's device, one sentence; null when it may. */
export function hubProblem(
  network: HubNetwork,
  own: { key: PublicKey; door: string },
  peers: Iterable<HubPeer>,
): string | null {
  const root = parsePrefix(network.prefix)
  const door = parsePrefix(own.door)
  if (!root.ok || !door.ok) return 'The root CIDR is not a prefix.'
  const route = routeProblem(root.value, [])
  if (route) return route
  const inside = (text: string): boolean => {
    const address = parseAddress(text)
    return address.ok && [root.value, door.value].some((block) => contains(block, hostPrefix(address.value)))
  }
  if (!inside(network.address)) return `The hub's address ${network.address} is outside ${network.prefix}.`

  const owners = new Map<string, string>([
    [network.address, 'the hub'],
    [own.key, 'the hub'],
  ])
  for (const peer of peers) {
    for (const thing of [peer.key, ...peer.ips]) {
      const owner = owners.get(thing)
      if (owner !== undefined) return `${peer.ref} and ${owner} share the key or address ${thing}.`
      owners.set(thing, peer.ref)
    }
    const stray = peer.ips.find((ip) => !inside(ip))
    if (stray !== undefined) return `The address ${stray} of ${peer.ref} is outside ${network.prefix}.`
    const wide = peer.forwards?.find((ip) => !inside(ip))
    if (wide !== undefined) return `The hub would forward between ${peer.ref} and ${wide}, outside ${network.prefix}.`
  }
  return null
}
