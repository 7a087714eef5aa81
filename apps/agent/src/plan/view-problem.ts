import { contains, hostPrefix, type Prefix, parseAddress, parsePrefix } from '@warren/cidr'
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

/**
 * The reason why a view must not touch this node's device, as one sentence; null when it may. The console is trusted with
 * who is in the network, not with this machine's other traffic.
 */
export function viewProblem(self: SelfEntry, view: ViewState, pinned: Pinned): string | null {
  const root = parsePrefix(self.network.prefix)
  if (!root.ok) return 'The root CIDR is not a prefix.'
  return (
    selfProblem(self, pinned) ?? rootProblem(root.value, self, pinned) ?? peersProblem(root.value, self, view, pinned)
  )
}

/** Whether a root CIDR may be routed into a tunnel on this machine; null, or one sentence. */
export function routeProblem(root: Prefix, hubOutside: readonly string[]): string | null {
  if (root.width < WIDEST[root.family]) {
    return `The root CIDR is wider than /${WIDEST[root.family]}, which would send unrelated traffic into the tunnel.`
  }
  const swallowed = hubOutside.find((address) => isInside(root, address))
  if (swallowed) return `The root CIDR holds ${swallowed}, the hub's own endpoint: the tunnel would run into itself.`
  return null
}

function selfProblem(self: SelfEntry, pinned: Pinned): string | null {
  if (self.network.name !== pinned.network)
    return `The view is of the network ${self.network.name}, not ${pinned.network}.`
  if (self.network.interface !== pinned.interface) {
    return `The interface of a joined network cannot change from ${pinned.interface} to ${self.network.interface}; leave and join again.`
  }
  if (self.id !== pinned.peerId) return `The view is made for peer ${self.id}, and this is peer ${pinned.peerId}.`
  return self.key === pinned.ownKey ? null : 'The console holds another public key for this node than its own.'
}

function rootProblem(root: Prefix, self: SelfEntry, pinned: Pinned): string | null {
  const route = routeProblem(root, pinned.hubOutside)
  if (route) return route
  if (!isInside(root, pinned.hubAddress))
    return `The hub's address ${pinned.hubAddress} is outside the root CIDR ${self.network.prefix}.`
  if (!isInside(root, self.ip)) return `This node's address ${self.ip} is outside the root CIDR ${self.network.prefix}.`
  return self.ip === pinned.hubAddress ? `This node's address ${self.ip} is the hub's.` : null
}

function peersProblem(root: Prefix, self: SelfEntry, view: ViewState, pinned: Pinned): string | null {
  const keys = new Map<string, string>([[self.key, 'this node']])
  const addresses = new Map<string, string>([[self.ip, 'this node']])
  for (const peer of view.peers.values()) {
    if (peer.id === self.id) continue
    const problem = peerProblem(root, peer, pinned)
    if (problem) return problem
    const twin = keys.get(peer.key) ?? addresses.get(peer.ip)
    if (twin) return `${peer.name} has the key or the address (${peer.ip}) of ${twin}.`
    keys.set(peer.key, peer.name)
    addresses.set(peer.ip, peer.name)
  }
  const hub = [...view.peers.values()].find((peer) => peer.key === pinned.hubKey)
  if (!hub) return 'The hub is missing from the view.'
  return hub.ip === pinned.hubAddress ? null : `The hub's address would change from ${pinned.hubAddress} to ${hub.ip}.`
}

function peerProblem(root: Prefix, peer: PeerEntry, pinned: Pinned): string | null {
  if (!isInside(root, peer.ip)) return `${peer.name}'s address ${peer.ip} is outside the root CIDR.`
  if (peer.ip === pinned.hubAddress && peer.key !== pinned.hubKey)
    return `${peer.name} claims the hub's address ${peer.ip}.`
  return null
}

function isInside(root: Prefix, text: string): boolean {
  const address = parseAddress(text)
  return address.ok && contains(root, hostPrefix(address.value))
}

/** The width of a root CIDR, which an interface's own address carries so that the whole network is routed. */
export function rootWidth(prefix: string): number {
  const root = parsePrefix(prefix)
  if (!root.ok) throw new Error(`${prefix} is not a prefix, though a schema let it pass`)
  return root.value.width
}
