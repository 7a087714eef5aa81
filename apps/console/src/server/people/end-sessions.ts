import type { OfPerson } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { amongPeople, endSessionsOf, personOf } from './person.ts'
import { record } from './record.ts'

/**
 * Signs a person out everywhere; answers how many sessions that were.
 * @throws Refusal not-found (userId)
 */
export function endSessions({ db, actor }: Ctx, { userId }: OfPerson): Promise<{ ended: number }> {
  return amongPeople(db, async (tx) => {
    const { name } = await personOf(tx, userId)
    const ended = await endSessionsOf(tx, userId)
    await record(tx, { actor, kind: 'sessions.ended', about: { userId, name, sessions: ended } })
    return { ended }
  })
}
