import type { EditPerson } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { amongPeople, personOf, refuseLastOwner } from './person.ts'
import { record } from './record.ts'
import { refuseNoSuchPlace } from './subtree.ts'

/**
 * Gives a person another role, or another subtree. It counts from their next request on.
 * @throws Refusal not-found (userId, subtree), rule-broken (userId) for the last owner
 */
export function editPerson({ db, actor }: Ctx, { userId, role, subtree }: EditPerson): Promise<void> {
  return amongPeople(db, async (tx) => {
    const user = await personOf(tx, userId)
    if (role !== 'owner') await refuseLastOwner(tx, user)
    const place = await refuseNoSuchPlace(tx, subtree)
    const bound = { subtreeNetworkId: subtree?.networkId ?? null, subtreeCidrId: subtree?.cidrId ?? null }
    const same = user.role === role && user.subtreeCidrId === bound.subtreeCidrId
    if (same) return
    await tx.user.update({ where: { id: userId }, data: { role, ...bound } })
    const about = { userId, name: user.name, role, was: user.role, subtree: place }
    await record(tx, { actor, kind: 'person.edited', about })
  })
}
