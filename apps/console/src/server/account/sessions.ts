import { asking } from '@warren/db'
import { type EndSession, Refusal } from '@warren/protocol'
import { SESSION_S } from '../auth/claims.ts'
import { amongPeople, endSessionsOf } from '../people/person.ts'
import { record } from '../people/record.ts'
import { type SelfCtx, selfId } from './self.ts'

/** One signed-in browser of the person who asks. Times are ISO strings. */
export type OwnSession = {
  id: number
  createdAt: string
  seenAt: string
  source: string
  browser: string
  /** Whether it is the one that asks. */
  current: boolean
}

/** Where a person is signed in, last used first. */
export async function listSessions(ctx: SelfCtx): Promise<OwnSession[]> {
  const where = { userId: selfId(ctx), createdAt: { gt: new Date(Date.now() - SESSION_S * 1000) } }
  const rows = await asking(() => ctx.db.prisma.session.findMany({ where, orderBy: { seenAt: 'desc' } }))
  return rows.map(({ id, createdAt, seenAt, source, browser }) => ({
    id,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    source,
    browser,
    current: id === ctx.asker.sessionId,
  }))
}

/**
 * Ends one session of the person who asks.
 * @throws Refusal not-found (sessionId)
 */
export async function endSession(ctx: SelfCtx, { sessionId: id }: EndSession): Promise<void> {
  const userId = selfId(ctx)
  const { count } = await asking(() => ctx.db.prisma.session.deleteMany({ where: { id, userId } }))
  if (count === 0) throw new Refusal('not-found', 'There is no such session of yours.', 'sessionId')
}

/** Ends all sessions of the person who asks but the one that asks; answers how many that were. */
export async function endOtherSessions(ctx: SelfCtx): Promise<{ ended: number }> {
  const userId = selfId(ctx)
  return amongPeople(ctx.db, async (tx) => {
    const ended = await endSessionsOf(tx, userId, ctx.asker.sessionId)
    const about = { userId, name: ctx.actor.name, sessions: ended }
    if (ended > 0) await record(tx, { actor: ctx.actor, kind: 'sessions.ended', about })
    return { ended }
  })
}
