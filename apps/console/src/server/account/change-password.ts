import type { ChangePassword } from '@warren/protocol'
import { hashPassword } from '../auth/password.ts'
import { amongPeople, endSessionsOf } from '../people/person.ts'
import { record } from '../people/record.ts'
import { provenSelf, type SelfCtx } from './self.ts'

/**
 * Gives a person another password. All their other sessions end, and a welcome link that was still open.
 * @throws Refusal forbidden (present), too-many, rule-broken without a password
 */
export async function changePassword(ctx: SelfCtx, { present, password }: ChangePassword): Promise<{ ended: number }> {
  const { id, name } = await provenSelf(ctx, present)
  const passwordHash = await hashPassword(password)
  return amongPeople(ctx.db, async (tx) => {
    await tx.user.update({ where: { id }, data: { passwordHash, welcomeHash: null, welcomeExpiresAt: null } })
    const ended = await endSessionsOf(tx, id, ctx.asker.sessionId)
    await record(tx, { actor: ctx.actor, kind: 'password.changed', about: { userId: id, name } })
    return { ended }
  })
}
