import { contains, hostPrefix, type Prefix, parseAddress, parsePrefix } from '@warren/cidr'
import type { HubNetwork, HubPeer, PublicKey } from '@warren/protocol'
import type { LivePeer } from '../wireguard/dump.ts'
import { allowedIp, type WantedPeer } from './plan.ts'
import { routeProblem, secondRoot } from './view-problem.ts'

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
  const second = secondRoot(root.value, network.prefix6)
  if (!second.ok) return second.problem
  const route = routeProblem(root.value, [])
  if (route) return route
  const roots = [root.value, ...second.value]
  const within = (blocks: readonly Prefix[], text: string): boolean => {
    const address = parseAddress(text)
    return address.ok && blocks.some((block) => contains(block, hostPrefix(address.value)))
  }
  const inside = (text: string): boolean => within([...roots, door.value], text)
  const ips = network.address6 === null ? [network.address] : [network.address, network.address6]
  const astray = ips.find((ip) => !within(roots, ip))
  if (astray !== undefined) return `The hub's address ${astray} is outside ${textOf(network)}.`

  const owners = new Map<string, string>([own.key, ...ips].map((thing) => [thing, 'the hub']))
  for (const peer of peers) {
    for (const thing of [peer.key, ...peer.ips]) {
      const owner = owners.get(thing)
      if (owner !== undefined) return `${peer.ref} and ${owner} share the key or address ${thing}.`
      owners.set(thing, peer.ref)
    }
    const stray = peer.ips.find((ip) => !inside(ip))
    if (stray !== undefined) return `The address ${stray} of ${peer.ref} is outside ${textOf(network)}.`
    const wide = peer.forwards?.find((ip) => !inside(ip))
    if (wide !== undefined) return `The hub would forward between ${peer.ref} and ${wide}, outside ${textOf(network)}.`
  }
  return null
}

const textOf = ({ prefix, prefix6 }: HubNetwork): string => (prefix6 === null ? prefix : `${prefix} and ${prefix6}`)
