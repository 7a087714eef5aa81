import type { OfPerson } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { amongPeople, personOf, refuseLastOwner } from './person.ts'
import { record } from './record.ts'

/**
 * Removes a person: sessions and tokens go with them, and what they did stays in the logs under their name. A change of
 * theirs that is on trial goes on.
 * @throws Refusal not-found (userId), rule-broken (userId) for the last owner
 */
export function removePerson({ db, actor }: Ctx, { userId }: OfPerson): Promise<void> {
  return amongPeople(db, async (tx) => {
    const user = await personOf(tx, userId)
    await refuseLastOwner(tx, user)
    await tx.user.delete({ where: { id: userId } })
    await record(tx, { actor, kind: 'person.removed', about: { userId, name: user.name, role: user.role } })
  })
}
