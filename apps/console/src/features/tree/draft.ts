import { buildTree, placementProblem, type Tree } from '@warren/cidr'
import type { Draft } from '~/features/cidrs/drafts.ts'
import { DRAFT_ID, networkAfter, treeWithDraft } from '~/features/network/intent.ts'
import type { Plan } from '~/features/network/plan.ts'

/** The tree as the draft would leave it, and the CIDRs that are new or different in it. */
export type Drafted = { readonly tree: Tree; readonly drafted: ReadonlySet<number> }

const NONE: ReadonlySet<number> = new Set()

/** Draws a draft into the tree of a plan; without one, or where it fits no longer, the tree stays as it is. */
export function draftedTree(plan: Plan, draft: Draft | null): Drafted {
  return (draft && draw(plan, draft)) ?? { tree: plan.tree, drafted: NONE }
}

function draw(plan: Plan, draft: Draft): Drafted | null {
  switch (draft.kind) {
    case 'add': {
      const parent = plan.tree.get(draft.parentId)
      // The form may still stand when the CIDR is there already: what was made by it, or by somebody else.
      if (!parent || placementProblem(plan.tree, parent, draft.prefix, [])) return null
      const name = draft.name && !plan.tree.byName(draft.name) ? draft.name : UNNAMED
      return { tree: treeWithDraft(plan.tree, { ...draft, name }), drafted: new Set([DRAFT_ID]) }
    }
    case 'resize': {
      const after = networkAfter(plan, { kind: 'resize-cidr', cidr: draft.cidr, prefix: draft.prefix })
      return after && { tree: after.tree, drafted: new Set([draft.cidr]) }
    }
    case 'split': {
      const after = networkAfter(plan, { kind: 'split-cidr', cidr: draft.cidr, pieces: draft.names.length })
      return after && { tree: named(plan.tree, after.tree, draft.names), drafted: newIds(after.tree) }
    }
  }
}

/** Stands for a name that is missing or taken; no CIDR can have it, so the drawn tree has it once. */
const UNNAMED = '…'

/** A CIDR that is drawn and not yet made. */
export const isUnmade = (id: number): boolean => id <= DRAFT_ID

const newIds = (tree: Tree): ReadonlySet<number> =>
  new Set(tree.nodes.filter((node) => isUnmade(node.id)).map((node) => node.id))

/** Gives the pieces of a split the names of the form, as far as they are free. */
function named(before: Tree, after: Tree, names: readonly string[]): Tree {
  const free = (name: string, at: number) => name && !before.byName(name) && names.indexOf(name) === at
  let at = -1
  return buildTree(
    after.nodes.map((node) => {
      if (!isUnmade(node.id)) return node
      at += 1
      const name = names[at] ?? ''
      return free(name, at) ? { ...node, name } : node
    }),
  )
}
