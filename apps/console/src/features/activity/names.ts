import type { Plan } from '~/features/network/plan.ts'
import type { Names } from './sentence.ts'

/** Names by id as they are now; what is gone meanwhile is told by its number. */
export const namesIn = (plan: Plan): Names => ({
  cidr: (id) => plan.tree.get(id)?.name ?? `CIDR ${id}`,
  peer: (id) => plan.member(id)?.name ?? plan.tombstones.find((peer) => peer.id === id)?.name ?? `peer ${id}`,
})
