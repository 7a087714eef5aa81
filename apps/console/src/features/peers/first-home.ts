import type { Plan } from '~/features/network/plan.ts'

/**
 * Where a new peer most likely goes: the first CIDR that is neither the root nor the hub's, and into which the person may
 * put one. Without any, the root.
 */
export function firstHome({ tree, membersIn }: Plan, may: (cidrId: number) => boolean): number {
  const home = tree.nodes.find(
    (node) => node.parentId !== null && may(node.id) && !membersIn(node.id).some((peer) => peer.kind === 'hub'),
  )
  return (home ?? tree.root).id
}
