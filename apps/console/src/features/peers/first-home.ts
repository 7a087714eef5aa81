import type { Plan } from '~/features/network/plan.ts'

/** Where a new peer most likely goes: the first CIDR that is neither the root nor the hub's. */
export function firstHome({ tree, membersIn }: Plan): number {
  const home = tree.nodes.find(
    (node) => node.parentId !== null && !membersIn(node.id).some((peer) => peer.kind === 'hub'),
  )
  return (home ?? tree.root).id
}
