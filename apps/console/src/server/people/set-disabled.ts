import type { SetPersonDisabled } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { amongPeople, endSessionsOf, personOf, refuseLastOwner } from './person.ts'
import { record } from './record.ts'

/**
 * Shuts a person out, with everything they are signed in with, or lets them in again. Tokens rest meanwhile; a welcome
 * link ends.
 * @throws Refusal not-found (userId), rule-broken (userId) for the last owner
 */
export function setPersonDisabled({ db, actor }: Ctx, { userId, disabled }: SetPersonDisabled): Promise<void> {
  return amongPeople(db, async (tx) => {
    const user = await personOf(tx, userId)
    if (disabled === (user.disabledAt !== null)) return
    if (disabled) {
      await refuseLastOwner(tx, user)
      await endSessionsOf(tx, userId)
    }
    const data = disabled ? { disabledAt: new Date(), welcomeHash: null, welcomeExpiresAt: null } : { disabledAt: null }
    await tx.user.update({ where: { id: userId }, data })
    const kind = disabled ? 'person.disabled' : 'person.enabled'
    await record(tx, { actor, kind, about: { userId, name: user.name } })
  })
}
