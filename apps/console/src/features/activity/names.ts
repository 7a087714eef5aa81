import type { Change } from '@warren/protocol'
import type { Plan } from '~/features/network/plan.ts'
import type { Names } from './sentence.ts'

/**
 * Names by id as they are now; of what is gone meanwhile, as the given changes last told of it; of what none of them
 * tells, its number.
 */
export function namesIn(plan: Plan, changes: readonly Change[] = []): Names {
  const told = onceAsked(() => namesTold(changes))
  const tombstone = (id: number) => plan.tombstones.find((peer) => peer.id === id)?.name
  return {
    cidr: (id) => plan.tree.get(id)?.name ?? told().cidrs.get(id) ?? `CIDR ${id}`,
    peer: (id) => plan.member(id)?.name ?? tombstone(id) ?? told().peers.get(id) ?? `peer ${id}`,
  }
}

type Told = { cidrs: ReadonlyMap<number, string>; peers: ReadonlyMap<number, string> }

function namesTold(changes: readonly Change[]): Told {
  const cidrs = new Map<number, string>()
  const peers = new Map<number, string>()
  for (const { before, after } of changes.toSorted((a, b) => a.revision - b.revision)) {
    for (const row of [...before.cidrs, ...after.cidrs]) cidrs.set(row.id, row.name)
    for (const row of [...before.peers, ...after.peers]) peers.set(row.id, row.name)
  }
  return { cidrs, peers }
}

/** Most names are known from the plan, so that nobody has to look through the changes. */
function onceAsked<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
