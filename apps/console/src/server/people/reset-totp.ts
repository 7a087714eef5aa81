import type { OfPerson } from '@warren/protocol'
import { withoutTotp } from '../account/totp-columns.ts'
import type { Ctx } from '../ctx.ts'
import { amongPeople, personOf } from './person.ts'
import { record } from './record.ts'

/**
 * Takes the second factor of somebody who lost it, so that the password alone lets them in again.
 * @throws Refusal not-found (userId)
 */
export function resetTotp({ db, actor }: Ctx, { userId }: OfPerson): Promise<void> {
  return amongPeople(db, async (tx) => {
    const user = await personOf(tx, userId)
    if (user.totpSealed === null) return
    await tx.user.update({ where: { id: userId }, data: withoutTotp })
    await record(tx, { actor, kind: 'totp.reset', about: { userId, name: user.name } })
  })
}
