import {
  contains,
  hostPrefix,
  no,
  ok,
  overlaps,
  type Prefix,
  parseAddress,
  parsePrefix,
  type Result,
} from '@warren/cidr'
import type { PeerEntry, PublicKey, SelfEntry, ViewState } from '@warren/protocol'

/** What this node knows for certain, because a person brought it: the console cannot talk it out of this. */
export type Pinned = {
  readonly network: string
  readonly interface: string
  readonly ownKey: PublicKey
  readonly peerId: number
  readonly hubKey: PublicKey
  /** The hub's address inside the network. */
  readonly hubAddress: string
  /** Addresses through which the hub is reached from outside; the network must not swallow them. */
  readonly hubOutside: readonly string[]
}

/** Chosen: the widest network worth routing. Anything wider would swallow traffic that was never meant for a tunnel. */
const WIDEST = { 4: 8, 6: 16 } as const

/** IPv6 that each link has for itself (RFC 4291, sections 2.5.6 and 2.7): a route for it would take neighbours away. */
const LOCAL = ['fe80::/10', 'ff00::/8'].flatMap((text) => {
  const prefix = parsePrefix(text)
  return prefix.ok ? [prefix.value] : []
})

/**
 * The reason why a view must not touch this node's device, as one sentence; null when it may. The console is trusted with
 * who is in the network, not with this machine's other traffic.
 */
export function viewProblem(self: SelfEntry, view: ViewState, pinned: Pinned): string | null {
  const root = parsePrefix(self.network.prefix)
  if (!root.ok) return 'The root CIDR is not a prefix.'
  const second = secondRoot(root.value, self.network.prefix6 ?? null)
  if (!second.ok) return second.problem
  const roots = [root.value, ...second.value]
  return selfProblem(self, pinned) ?? rootProblem(roots, self, pinned) ?? peersProblem(roots, self, view, pinned)
}

/** The IPv6 root CIDR beside an IPv4 one, when there is one; or why it cannot be that, one sentence. */
export function secondRoot(root: Prefix, prefix6: string | null): Result<readonly Prefix[], string> {
  if (prefix6 === null) return ok([])
  const second = parsePrefix(prefix6)
  if (!second.ok) return no('The second root CIDR is not a prefix.')
  if (root.family === 6 || second.value.family === 4) return no('Only an IPv6 root CIDR can stand beside an IPv4 one.')
  const route = routeProblem(second.value, [])
  return route === null ? ok([second.value]) : no(route)
}

/** Whether a root CIDR may be routed into a tunnel on this machine; null, or one sentence. */
export function routeProblem(root: Prefix, hubOutside: readonly string[]): string | null {
  if (root.width < WIDEST[root.family]) {
    return `The root CIDR is wider than /${WIDEST[root.family]}, which would send unrelated traffic into the tunnel.`
  }
  if (LOCAL.some((block) => overlaps(block, root))) {
    return 'The root CIDR holds link-local or multicast addresses, which every machine uses by itself.'
  }
  const swallowed = hubOutside.find((address) => isInside(root, address))
  if (swallowed) return `The root CIDR holds ${swallowed}, the hub's own endpoint: the tunnel would run into itself.`
  return null
}

/** The root CIDR, and the IPv6 one beside it where there is one. */
type Roots = readonly Prefix[]

/** The addresses of an entry, one of each family that it has. */
export const addressesOf = ({ ip, ip6 }: Pick<PeerEntry, 'ip' | 'ip6'>): string[] =>
  ip6 === undefined ? [ip] : [ip, ip6]

function selfProblem(self: SelfEntry, pinned: Pinned): string | null {
  if (self.network.name !== pinned.network)
    return `The view is of the network ${self.network.name}, not ${pinned.network}.`
  if (self.network.interface !== pinned.interface) {
    return `The interface of a joined network cannot change from ${pinned.interface} to ${self.network.interface}; leave and join again.`
  }
  if (self.id !== pinned.peerId) return `The view is made for peer ${self.id}, and this is peer ${pinned.peerId}.`
  return self.key === pinned.ownKey ? null : 'The console holds another public key for this node than its own.'
}

function rootProblem(roots: Roots, self: SelfEntry, pinned: Pinned): string | null {
  const route = roots.map((root) => routeProblem(root, pinned.hubOutside)).find((problem) => problem !== null)
  if (route) return route
  if (!isInside(roots[0], pinned.hubAddress))
    return `The hub's address ${pinned.hubAddress} is outside the root CIDR ${self.network.prefix}.`
  if (!isInside(roots[0], self.ip))
    return `This node's address ${self.ip} is outside the root CIDR ${self.network.prefix}.`
  if (self.ip6 !== undefined && !isInside(roots[1], self.ip6))
    return `This node's address ${self.ip6} is outside the root CIDR ${self.network.prefix6 ?? self.network.prefix}.`
  return self.ip === pinned.hubAddress ? `This node's address ${self.ip} is the hub's.` : null
}

function peersProblem(roots: Roots, self: SelfEntry, view: ViewState, pinned: Pinned): string | null {
  const owners = new Map<string, string>([self.key, ...addressesOf(self)].map((thing) => [thing, 'this node']))
  for (const peer of view.peers.values()) {
    if (peer.id === self.id) continue
    const problem = peerProblem(roots, peer, pinned)
    if (problem) return problem
    for (const thing of [peer.key, ...addressesOf(peer)]) {
      const twin = owners.get(thing)
      if (twin) return `${peer.name} has the key or the address (${addressesOf(peer).join(' and ')}) of ${twin}.`
      owners.set(thing, peer.name)
    }
  }
  const hub = [...view.peers.values()].find((peer) => peer.key === pinned.hubKey)
  if (!hub) return 'The hub is missing from the view.'
  return hub.ip === pinned.hubAddress ? null : `The hub's address would change from ${pinned.hubAddress} to ${hub.ip}.`
}

function peerProblem(roots: Roots, peer: PeerEntry, pinned: Pinned): string | null {
  if (!isInside(roots[0], peer.ip)) return `${peer.name}'s address ${peer.ip} is outside the root CIDR.`
  if (peer.ip === pinned.hubAddress && peer.key !== pinned.hubKey)
    return `${peer.name} claims the hub's address ${peer.ip}.`
  if (peer.ip6 !== undefined && !isInside(roots[1], peer.ip6))
    return `${peer.name}'s address ${peer.ip6} is outside the root CIDR.`
  return null
}

function isInside(root: Prefix | undefined, text: string): boolean {
  const address = parseAddress(text)
  return root !== undefined && address.ok && contains(root, hostPrefix(address.value))
}

/** The width of a root CIDR, which an interface's own address carries so that the whole network is routed. */
export function rootWidth(prefix: string): number {
  const root = parsePrefix(prefix)
  if (!root.ok) throw new Error(`${prefix} is not a prefix, though a schema let it pass`)
  return root.value.width
}
