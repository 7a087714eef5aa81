import {
  adopts,
  buildReach,
  buildTree,
  type Prefix,
  type ReachDifference,
  type ReachPeer,
  reachDifference,
  type Tree,
} from '@warren/cidr'
import { type Plan, reachPeer } from './plan.ts'

/** A change that a person is about to make, as far as it bears on who reaches whom. */
export type Intent =
  | { readonly kind: 'associate'; readonly a: number; readonly b: number }
  | { readonly kind: 'dissociate'; readonly association: number }
  | { readonly kind: 'isolate'; readonly cidr: number; readonly isolated: boolean }
  | { readonly kind: 'delete-cidr'; readonly cidr: number }
  | { readonly kind: 'enable'; readonly peer: number; readonly enabled: boolean }
  | { readonly kind: 'move'; readonly peer: number; readonly to: number }
  | { readonly kind: 'delete-peer'; readonly peer: number }
  /** Ends the peer's membership until it joins again. */
  | { readonly kind: 're-invite'; readonly peer: number }

/** The pairs of peers that the change would open and cut. */
export function effectOf(plan: Plan, intent: Intent): ReachDifference {
  const now = { tree: plan.tree, peers: plan.members.map(reachPeer), associations: plan.associations }
  return reachDifference(plan.reach, buildReach({ ...now, ...changed(plan, intent) }))
}

function changed(plan: Plan, intent: Intent): Partial<Parameters<typeof buildReach>[0]> {
  const { associations, tree } = plan
  switch (intent.kind) {
    case 'associate':
      return { associations: [...associations, { id: 0, a: intent.a, b: intent.b }] }
    case 'dissociate':
      return { associations: associations.filter((row) => row.id !== intent.association) }
    case 'isolate':
      return {
        tree: treeWith(tree, (node) => (node.id === intent.cidr ? { ...node, isolated: intent.isolated } : node)),
      }
    case 'delete-cidr':
      return {
        tree: buildTree(tree.nodes.filter((node) => node.id !== intent.cidr)),
        associations: associations.filter((row) => row.a !== intent.cidr && row.b !== intent.cidr),
      }
    case 'enable':
      return { peers: peersWith(plan, intent.peer, { enabled: intent.enabled }) }
    case 'move':
      return { peers: peersWith(plan, intent.peer, { cidrId: intent.to }) }
    case 'delete-peer':
      return { peers: peersWith(plan, intent.peer, { enabled: false }) }
    case 're-invite':
      return { peers: peersWith(plan, intent.peer, { redeemed: false }) }
  }
}

const treeWith = (tree: Tree, edit: (node: Tree['nodes'][number]) => Tree['nodes'][number]): Tree =>
  buildTree(tree.nodes.map(edit))

const peersWith = (plan: Plan, id: number, patch: Partial<ReachPeer>): ReachPeer[] =>
  plan.members.map((member) => (member.id === id ? { ...reachPeer(member), ...patch } : reachPeer(member)))

/** The tree as it would be with a new CIDR; its id is 0. Only for a placement that packages/cidr lets through. */
export function treeWithDraft(tree: Tree, draft: { parentId: number; name: string; prefix: Prefix }): Tree {
  const parent = tree.get(draft.parentId)
  if (!parent) return tree
  const below = new Set(adopts(tree, parent, draft.prefix).map((node) => node.id))
  const moved = tree.nodes.map((node) => (below.has(node.id) ? { ...node, parentId: DRAFT_ID } : node))
  return buildTree([...moved, { ...draft, id: DRAFT_ID, isolated: false }])
}

/** The id of a CIDR that is drawn and not yet made; rows have ids from 1. */
export const DRAFT_ID = 0
