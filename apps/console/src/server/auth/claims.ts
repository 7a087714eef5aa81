import { asking, type Db } from '@warren/db'
import * as z from 'zod'
import type { Asker } from '../ctx.ts'

/** How long a session lasts, from signing in, whatever is done in it (seconds). */
export const SESSION_S = 12 * 3600

/** What a session's token says: who, in which epoch of their sessions, and when they signed in (Unix seconds). */
export const Claims = z.object({ sub: z.string().regex(/^\d{1,9}$/), epoch: z.int(), since: z.int() })
export type Claims = z.infer<typeof Claims>

/**
 * Who the claims stand for now: the user's row is read each time, so that a person who was disabled, or whose sessions
 * were ended, is out with their next request. Null when the claims are nobody's (any more).
 * @throws Refusal unavailable
 */
export async function askerOf(db: Db, token: unknown, now: Date): Promise<Asker | null> {
  const claims = Claims.safeParse(token)
  if (!claims.success || now.getTime() / 1000 - claims.data.since > SESSION_S) return null
  const { sub, epoch } = claims.data
  const select = { id: true, name: true, role: true, sessionEpoch: true, disabledAt: true } as const
  const user = await asking(() => db.prisma.user.findUnique({ where: { id: Number(sub) }, select }))
  if (!user || user.disabledAt !== null || user.sessionEpoch !== epoch) return null
  return { actor: { kind: 'user', id: user.id, name: user.name }, role: user.role, onlyNetwork: null }
}
