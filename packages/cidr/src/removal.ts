import type { Tree } from './tree.ts'
import { counted, listed } from './words.ts'

export type RemovalProblem =
  | { readonly kind: 'is-root'; readonly cidr: string }
  | {
      readonly kind: 'not-empty'
      readonly cidr: string
      readonly children: readonly string[]
      readonly peers: readonly string[]
      readonly associations: number
    }

/**
 * The reason CIDR `id` may not be deleted, or null when it may: it has to be empty (DESIGN, “Rules of the tree”).
 * `peerNames` sit directly in it. `associations` counts those it is a side of; leave it out where they go with the CIDR.
 */
export function removalProblem(
  tree: Tree,
  id: number,
  peerNames: readonly string[],
  associations = 0,
): RemovalProblem | null {
  const children = tree.children(id).map((child) => child.name)
  const cidr = tree.get(id)?.name ?? ''
  if (id === tree.root.id) return { kind: 'is-root', cidr }
  if (children.length === 0 && peerNames.length === 0 && associations === 0) return null
  return { kind: 'not-empty', cidr, children, peers: peerNames, associations }
}

/** The problem as one sentence. */
export function explainRemoval(problem: RemovalProblem): string {
  switch (problem.kind) {
    case 'is-root':
      return `${problem.cidr} is the root of the network and stays as long as the network does.`
    case 'not-empty':
      return `${problem.cidr} is not empty; first move or delete what is inside: ${contents(problem)}.`
  }
}

function contents(problem: Extract<RemovalProblem, { kind: 'not-empty' }>): string {
  const { children, peers, associations } = problem
  return [
    children.length > 0 ? `${counted(children.length, 'CIDR')} (${listed(children)})` : '',
    peers.length > 0 ? `${counted(peers.length, 'peer')} (${listed(peers)})` : '',
    associations > 0 ? counted(associations, 'association') : '',
  ]
    .filter(Boolean)
    .join(', ')
}
