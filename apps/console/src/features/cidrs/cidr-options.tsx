import { formatPrefix, type Tree } from '@warren/cidr'

type OptionsProps = {
  tree: Tree
  /** Why a CIDR cannot be chosen, in a few words; null when it can. */
  whyNot?: (id: number) => string | null
}

/** All CIDRs as options of a select, in document order, each with its path from below the root. */
export function CidrOptions({ tree, whyNot = () => null }: OptionsProps) {
  return tree.nodes.map((node) => {
    const why = whyNot(node.id)
    const path = tree.path(node.id).slice(1).join(' / ') || node.name
    return (
      <option key={node.id} value={node.id} disabled={why !== null}>
        {path} · {why ?? formatPrefix(node.prefix)}
      </option>
    )
  })
}
