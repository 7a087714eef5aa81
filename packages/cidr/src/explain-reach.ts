import { accessBetween } from './access.ts'
import { isActive, type Network, type ReachPeer } from './reach-index.ts'
import type { CidrNode } from './tree.ts'

export type Named = { readonly id: number; readonly name: string }

/** One side of a pair: the peer, the CIDR it sits in, and the CIDR whose association it inherits. */
export type Side = { readonly peer: Named; readonly cidr: Named; readonly via: Named }

type Pair = { readonly a: Named; readonly b: Named }

/** Why two peers reach each other, or why not. `a` and `b` are the peers in the order asked. */
export type Explanation =
  | { readonly kind: 'same-peer'; readonly reaches: false; readonly peer: Named }
  | { readonly kind: 'unknown-peer'; readonly reaches: false; readonly id: number }
  | {
      readonly kind: 'inactive'
      readonly reaches: false
      readonly peer: Named
      readonly why: 'disabled' | 'not-redeemed'
    }
  | (Pair & { readonly kind: 'hub'; readonly reaches: true; readonly hub: Named })
  | (Pair & { readonly kind: 'isolated'; readonly reaches: false; readonly cidr: Named })
  | (Pair & { readonly kind: 'same-cidr'; readonly reaches: true; readonly cidr: Named })
  | (Pair & {
      readonly kind: 'ancestor'
      readonly reaches: true
      /** The peer in the upper CIDR, and the one below. */
      readonly above: Named
      readonly below: Named
      readonly upper: Named
      readonly lower: Named
    })
  | {
      readonly kind: 'association'
      readonly reaches: true
      readonly association: number
      readonly a: Side
      readonly b: Side
    }
  | (Pair & {
      readonly kind: 'none'
      readonly reaches: false
      /** The two CIDRs whose association would open exactly this, and least else. */
      readonly missing: readonly [Named, Named]
    })

/** The first rule of DESIGN, “Who reaches whom”, that decides about the two, in its order. */
export function explainPair(
  network: Network,
  peers: ReadonlyMap<number, ReachPeer>,
  aId: number,
  bId: number,
): Explanation {
  const a = peers.get(aId)
  const b = peers.get(bId)
  if (!a || !b) return { kind: 'unknown-peer', reaches: false, id: a ? bId : aId }
  if (aId === bId) return { kind: 'same-peer', reaches: false, peer: named(a) }

  const sleeper = [a, b].find((peer) => !isActive(peer))
  if (sleeper) {
    return {
      kind: 'inactive',
      reaches: false,
      peer: named(sleeper),
      why: sleeper.enabled ? 'not-redeemed' : 'disabled',
    }
  }
  const hub = [a, b].find((peer) => peer.kind === 'hub')
  if (hub) return { kind: 'hub', reaches: true, ...pair(a, b), hub: named(hub) }
  return explainByPlace(network, a, b)
}

/** Rules 2 to 5, which look at the CIDRs only. */
function explainByPlace({ tree, associations }: Network, a: ReachPeer, b: ReachPeer): Explanation {
  const cidrA = tree.get(a.cidrId)
  const cidrB = tree.get(b.cidrId)
  if (!cidrA || !cidrB) throw new Error('a peer sits in no CIDR')

  const access = accessBetween(tree, associations, a.cidrId, b.cidrId)
  if (access.kind === 'same') {
    return access.isolated
      ? { kind: 'isolated', reaches: false, ...pair(a, b), cidr: named(cidrA) }
      : { kind: 'same-cidr', reaches: true, ...pair(a, b), cidr: named(cidrA) }
  }
  if (access.kind === 'ancestor') {
    return tree.isWithin(b.cidrId, a.cidrId)
      ? ancestor(pair(a, b), [a, cidrA], [b, cidrB])
      : ancestor(pair(a, b), [b, cidrB], [a, cidrA])
  }
  if (access.kind === 'none')
    return { kind: 'none', reaches: false, ...pair(a, b), missing: [named(cidrA), named(cidrB)] }
  const { association, viaA, viaB } = access
  const side = (peer: ReachPeer, cidr: CidrNode, via: CidrNode): Side => ({
    peer: named(peer),
    cidr: named(cidr),
    via: named(via),
  })
  return {
    kind: 'association',
    reaches: true,
    association: association.id,
    a: side(a, cidrA, viaA),
    b: side(b, cidrB, viaB),
  }
}

/** The explanation as one sentence, in the words of DESIGN. */
export function explainReach(explanation: Explanation): string {
  switch (explanation.kind) {
    case 'same-peer':
      return `${explanation.peer.name} is asked about itself.`
    case 'unknown-peer':
      return `There is no peer ${explanation.id} in this network.`
    case 'inactive':
      return explanation.why === 'disabled'
        ? `${explanation.peer.name} is disabled; nobody reaches it until an admin enables it.`
        : `${explanation.peer.name} has not redeemed its invitation; nobody reaches it before that.`
    case 'hub':
      return `${explanation.hub.name} is a hub, and every peer reaches a hub.`
    case 'isolated':
      return `${both(explanation)} both sit in ${explanation.cidr.name}, which is isolated: its members do not reach each other.`
    case 'same-cidr':
      return `${both(explanation)} both sit in ${explanation.cidr.name}.`
    case 'ancestor':
      return `${explanation.above.name} sits in ${explanation.upper.name}, a parent of ${explanation.lower.name}, where ${explanation.below.name} sits.`
    case 'association':
      return explainAssociation(explanation.a, explanation.b)
    case 'none':
      return `Nothing lets them; an association of ${explanation.missing[0].name} and ${explanation.missing[1].name} would.`
  }
}

function explainAssociation(a: Side, b: Side): string {
  const from = ({ peer, cidr, via }: Side) =>
    cidr.id === via.id ? `${peer.name} sits in ${cidr.name}` : `${peer.name} in ${cidr.name} inherits from ${via.name}`
  return `${a.via.name} and ${b.via.name} are associated: ${from(a)}, ${from(b)}.`
}

function ancestor(
  peers: Pair,
  [above, upper]: [ReachPeer, CidrNode],
  [below, lower]: [ReachPeer, CidrNode],
): Explanation {
  const who = { above: named(above), below: named(below), upper: named(upper), lower: named(lower) }
  return { kind: 'ancestor', reaches: true, ...peers, ...who }
}

const both = ({ a, b }: Pair): string => `${a.name} and ${b.name}`

const pair = (a: ReachPeer, b: ReachPeer): Pair => ({ a: named(a), b: named(b) })

const named = ({ id, name }: Named): Named => ({ id, name })
