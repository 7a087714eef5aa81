import { buildReach, type Reach } from './reach.ts'
import { reachDifference } from './reach-difference.ts'
import type { Network, ReachPeer } from './reach-index.ts'
import { buildTree } from './tree.ts'

/** One thing that can be done to a network so that two peers come to reach each other. */
export type Step =
  | { readonly kind: 'enable'; readonly peer: number }
  /** The peer itself has to redeem its invitation. */
  | { readonly kind: 'join'; readonly peer: number }
  | { readonly kind: 'end-isolation'; readonly cidr: number }
  | { readonly kind: 'associate'; readonly a: number; readonly b: number }
  | { readonly kind: 'move'; readonly peer: number; readonly to: number }

/** Steps that together let the two reach each other, and how many pairs of peers they open and cut in all. */
export type Way = { readonly steps: readonly Step[]; readonly gained: number; readonly lost: number }

/**
 * What would let two peers reach each other that do not: the ways an admin would think of, the smallest first by pairs
 * opened and cut. Empty when they reach each other already, are the same or unknown. Whether a CIDR that a peer would
 * move to has an address left is not asked here.
 */
export function waysToAllow(network: Network, aId: number, bId: number): Way[] {
  const now = buildReach(network)
  const a = network.peers.find((peer) => peer.id === aId)
  const b = network.peers.find((peer) => peer.id === bId)
  if (!a || !b || aId === bId || now.canReach(aId, bId)) return []
  const waking = [a, b].flatMap(wake)
  const awake = waking.reduce(after, network)
  const reaches = buildReach(awake).canReach(aId, bId)
  const placings: Step[][] = reaches ? [[]] : placing(awake, a, b)
  return placings
    .map((steps) => measured(network, now, [...waking, ...steps]))
    .filter((way) => way.reach.canReach(aId, bId))
    .sort((one, other) => cost(one) - cost(other))
    .map(({ steps, gained, lost }) => ({ steps, gained, lost }))
}

const wake = ({ id, enabled, redeemed }: ReachPeer): Step[] => [
  ...(enabled ? [] : [{ kind: 'enable', peer: id } as const]),
  ...(redeemed ? [] : [{ kind: 'join', peer: id } as const]),
]

/** Each of these alone; the associations of CIDRs further up open what this one does and more. */
function placing({ tree }: Network, a: ReachPeer, b: ReachPeer): Step[][] {
  if (a.cidrId === b.cidrId) {
    const parentId = tree.get(a.cidrId)?.parentId ?? null
    const out: Step[][] =
      parentId === null ? [] : [a, b].map(({ id }) => [{ kind: 'move', peer: id, to: parentId } as const])
    return [[{ kind: 'end-isolation', cidr: a.cidrId }], ...out]
  }
  return [
    [{ kind: 'associate', a: a.cidrId, b: b.cidrId }],
    [{ kind: 'move', peer: a.id, to: b.cidrId }],
    [{ kind: 'move', peer: b.id, to: a.cidrId }],
  ]
}

const cost = ({ gained, lost }: Way): number => gained + lost

function measured(network: Network, now: Reach, steps: readonly Step[]): Way & { readonly reach: Reach } {
  const reach = buildReach(steps.reduce(after, network))
  const { gained, lost } = reachDifference(now, reach)
  return { steps, gained: gained.count, lost: lost.count, reach }
}

/** The network after one step. */
function after(network: Network, step: Step): Network {
  switch (step.kind) {
    case 'enable':
      return withPeer(network, step.peer, { enabled: true })
    case 'join':
      return withPeer(network, step.peer, { redeemed: true })
    case 'move':
      return withPeer(network, step.peer, { cidrId: step.to })
    case 'associate':
      return { ...network, associations: [...network.associations, { id: 0, a: step.a, b: step.b }] }
    case 'end-isolation': {
      const nodes = network.tree.nodes.map((node) => (node.id === step.cidr ? { ...node, isolated: false } : node))
      return { ...network, tree: buildTree(nodes) }
    }
  }
}

const withPeer = (network: Network, id: number, patch: Partial<ReachPeer>): Network => ({
  ...network,
  peers: network.peers.map((peer) => (peer.id === id ? { ...peer, ...patch } : peer)),
})
