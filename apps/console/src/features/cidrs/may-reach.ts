import type { CidrNode, Tree } from '@warren/cidr'
import type { AssociationRow } from '@warren/protocol'

/** A CIDR that members of another may reach, and by which rule of DESIGN “Who reaches whom”. */
export type Reached = {
  readonly cidr: CidrNode
  readonly because:
    | { readonly kind: 'itself' | 'parent' | 'child' }
    | { readonly kind: 'association'; readonly row: AssociationRow; readonly via: CidrNode; readonly own: boolean }
}

/**
 * What the direct members of a CIDR may reach, as the rules are written and not expanded: itself, its parents, its
 * children, and the other side of each association that it has or inherits.
 */
export function mayReach(tree: Tree, associations: readonly AssociationRow[], id: number): Reached[] {
  const [node, ...parents] = tree.ancestors(id)
  if (!node) return []
  const own: Reached[] = node.isolated ? [] : [{ cidr: node, because: { kind: 'itself' } }]
  const above = parents.map((cidr): Reached => ({ cidr, because: { kind: 'parent' } }))
  const below = tree.children(id).map((cidr): Reached => ({ cidr, because: { kind: 'child' } }))
  const joined = [node, ...parents].flatMap((via) =>
    associations.flatMap((row): Reached[] => {
      const other = row.a === via.id ? row.b : row.b === via.id ? row.a : null
      const cidr = other === null ? null : tree.get(other)
      return cidr ? [{ cidr, because: { kind: 'association', row, via, own: via.id === id } }] : []
    }),
  )
  return [...own, ...above, ...below, ...joined]
}

/** Where the right to reach comes from, in a few words. */
export function because({ cidr, because }: Reached): string {
  switch (because.kind) {
    case 'itself':
      return 'same CIDR'
    case 'parent':
      return 'parent'
    case 'child':
      return 'inside it'
    case 'association':
      return because.own ? 'association' : `through ${because.via.name} – ${cidr.name}`
  }
}
