import {
  adopts,
  buildReach,
  buildTree,
  type CidrNode,
  contains,
  type Network,
  type Prefix,
  parsePrefix,
  type Reach,
  type ReachPeer,
  split,
  type Tree,
} from '@warren/cidr'
import type { Change, PeerKind } from '@warren/protocol'
import { type Plan, reachPeer } from './plan.ts'
import { takenBack } from './taken-back.ts'

/** A change of a peer's place or state. */
type PeerIntent =
  /** Counts the new peer as if it had joined already; it is named by `NEW_PEER_ID`. */
  | { readonly kind: 'create-peer'; readonly cidr: number; readonly as: Exclude<PeerKind, 'hub'> }
  | { readonly kind: 'enable'; readonly peer: number; readonly enabled: boolean }
  | { readonly kind: 'enable-many'; readonly peers: readonly number[]; readonly enabled: boolean }
  | { readonly kind: 'move'; readonly peer: number; readonly to: number }
  | { readonly kind: 'move-many'; readonly peers: readonly number[]; readonly to: number }
  | { readonly kind: 'delete-peer'; readonly peer: number }
  | { readonly kind: 'delete-many'; readonly peers: readonly number[] }
  /** Ends the peer's membership until it joins again. */
  | { readonly kind: 're-invite'; readonly peer: number }
  | { readonly kind: 're-invite-many'; readonly peers: readonly number[] }

/** A change that a person is about to make, as far as it bears on who reaches whom. */
export type Intent =
  | PeerIntent
  | { readonly kind: 'associate'; readonly a: number; readonly b: number }
  | { readonly kind: 'dissociate'; readonly association: number }
  | { readonly kind: 'isolate'; readonly cidr: number; readonly isolated: boolean }
  | { readonly kind: 'create-cidr'; readonly parent: number; readonly prefix: string; readonly isolated: boolean }
  | { readonly kind: 'resize-cidr'; readonly cidr: number; readonly prefix: string }
  /** Into equal `pieces`, a power of two; peers that sit directly in it come to sit in the piece that holds them. */
  | { readonly kind: 'split-cidr'; readonly cidr: number; readonly pieces: number }
  | { readonly kind: 'delete-cidr'; readonly cidr: number }
  /** Takes a change back: its rows become again what they were. */
  | { readonly kind: 'undo'; readonly change: Pick<Change, 'revision' | 'before' | 'after'> }

/** The ids of a CIDR and of a peer that are drawn and not yet made; rows have ids from 1. */
export const DRAFT_ID = 0
export const NEW_PEER_ID = 0

/** What stays the same for intents that say the same, although each render makes them anew. */
export const keyOf = (intent: Intent): string =>
  intent.kind === 'undo' ? `undo ${intent.change.revision}` : JSON.stringify(intent)

/**
 * The network as the change would leave it; null where that cannot be told: something that the intent names is gone
 * meanwhile, or a prefix is not one (yet).
 */
export function networkAfter(plan: Plan, intent: Intent): Network | null {
  return ifTold(() => {
    const changed = changedBy(plan, intent)
    const now = { tree: plan.tree, peers: plan.members.map(reachPeer), associations: plan.associations }
    return changed && { ...now, ...changed }
  })
}

/** Who would reach whom after the change; null where `networkAfter` is. */
export function reachAfter(plan: Plan, intent: Intent): Reach | null {
  const network = networkAfter(plan, intent)
  return network && ifTold(() => buildReach(network))
}

/** packages/cidr throws on rows that make no network. The server refuses such a change in words of its own. */
function ifTold<T>(make: () => T | null): T | null {
  try {
    return make()
  } catch {
    return null
  }
}

function changedBy(plan: Plan, intent: Intent): Partial<Network> | null {
  const { associations, tree } = plan
  switch (intent.kind) {
    case 'associate':
      return { associations: [...associations, { id: 0, a: intent.a, b: intent.b }] }
    case 'dissociate':
      return { associations: associations.filter((row) => row.id !== intent.association) }
    case 'isolate':
      return { tree: withNode(tree, intent.cidr, { isolated: intent.isolated }) }
    case 'create-cidr':
      return created(tree, intent)
    case 'resize-cidr':
      return resized(tree, intent)
    case 'split-cidr':
      return splitUp(plan, intent)
    case 'delete-cidr':
      return {
        tree: buildTree(tree.nodes.filter((node) => node.id !== intent.cidr)),
        associations: associations.filter((row) => row.a !== intent.cidr && row.b !== intent.cidr),
      }
    case 'undo':
      return takenBack(plan, intent.change)
    default:
      return { peers: peersAfter(plan, intent) }
  }
}

function peersAfter(plan: Plan, intent: PeerIntent): ReachPeer[] {
  switch (intent.kind) {
    case 'create-peer':
      return [...plan.members.map(reachPeer), newPeer(intent)]
    case 'enable':
      return withPeers(plan, [intent.peer], { enabled: intent.enabled })
    case 'enable-many':
      return withPeers(plan, intent.peers, { enabled: intent.enabled })
    case 'move':
      return withPeers(plan, [intent.peer], { cidrId: intent.to })
    case 'move-many':
      return withPeers(plan, intent.peers, { cidrId: intent.to })
    case 'delete-peer':
      return withPeers(plan, [intent.peer], { enabled: false })
    case 'delete-many':
      return withPeers(plan, intent.peers, { enabled: false })
    case 're-invite':
      return withPeers(plan, [intent.peer], { redeemed: false })
    case 're-invite-many':
      return withPeers(plan, intent.peers, { redeemed: false })
  }
}

const newPeer = ({ cidr, as }: Extract<PeerIntent, { kind: 'create-peer' }>): ReachPeer => {
  return { id: NEW_PEER_ID, name: '', cidrId: cidr, kind: as, enabled: true, redeemed: true }
}

function withPeers(plan: Plan, ids: readonly number[], patch: Partial<ReachPeer>): ReachPeer[] {
  const chosen = new Set(ids)
  return plan.members.map((member) => (chosen.has(member.id) ? { ...reachPeer(member), ...patch } : reachPeer(member)))
}

const withNode = (tree: Tree, id: number, patch: Partial<Tree['root']>): Tree =>
  buildTree(tree.nodes.map((node) => (node.id === id ? { ...node, ...patch } : node)))

function created(tree: Tree, { parent, prefix, isolated }: Extract<Intent, { kind: 'create-cidr' }>) {
  const parsed = parsePrefix(prefix.trim())
  return parsed.ok
    ? { tree: treeWithDraft(tree, { parentId: parent, name: '…', prefix: parsed.value, isolated }) }
    : null
}

function resized(tree: Tree, { cidr, prefix }: Extract<Intent, { kind: 'resize-cidr' }>) {
  const parsed = parsePrefix(prefix.trim())
  return parsed.ok ? { tree: withNode(tree, cidr, { prefix: parsed.value }) } : null
}

function splitUp(plan: Plan, { cidr, pieces }: Extract<Intent, { kind: 'split-cidr' }>): Partial<Network> | null {
  const node = plan.tree.get(cidr)
  const parts = node && split(node.prefix, node.prefix.width + Math.ceil(Math.log2(pieces)))
  if (!parts?.ok) return null
  // Ids below zero: neither a row nor a draft has them.
  const made = parts.value.map((prefix, at) => {
    return { id: -1 - at, name: `… ${at}`, prefix, parentId: cidr, isolated: node?.isolated ?? false }
  })
  const holder = (child: CidrNode) => made.find((part) => contains(part.prefix, child.prefix))?.id ?? cidr
  const nodes = plan.tree.nodes.map((child) =>
    child.parentId === cidr ? { ...child, parentId: holder(child) } : child,
  )
  const tree = buildTree([...nodes, ...made])
  const peers = plan.members.map((member) => {
    const seat = member.cidrId === cidr ? tree.ofAddress(member.at)?.id : undefined
    return { ...reachPeer(member), cidrId: seat ?? member.cidrId }
  })
  return { tree, peers }
}

type Draft = { parentId: number; name: string; prefix: Prefix; isolated?: boolean }

/** The tree as it would be with a new CIDR, whose id is `DRAFT_ID`. Only for a placement that packages/cidr lets through. */
export function treeWithDraft(tree: Tree, draft: Draft): Tree {
  const parent = tree.get(draft.parentId)
  if (!parent) return tree
  const below = new Set(adopts(tree, parent, draft.prefix).map((node) => node.id))
  const moved = tree.nodes.map((node) => (below.has(node.id) ? { ...node, parentId: DRAFT_ID } : node))
  return buildTree([...moved, { ...draft, id: DRAFT_ID, isolated: draft.isolated ?? false }])
}
