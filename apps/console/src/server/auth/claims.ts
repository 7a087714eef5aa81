import { asking, type Db } from '@warren/db'
import type { Role } from '@warren/protocol'
import * as z from 'zod'
import type { Asker } from '../ctx.ts'

/** How long a session lasts, from signing in, whatever is done in it (seconds). */
export const SESSION_S = 12 * 3600

/** What a session's token says: who, which session, and when they signed in (Unix seconds). */
export const Claims = z.object({ sub: z.string().regex(/^\d{1,9}$/), sid: z.int(), since: z.int() })
export type Claims = z.infer<typeof Claims>

/** Where a request comes from, for the list of sessions: an address or its network, and the browser's own words. */
export type From = { readonly source: string; readonly browser: string }

/** How coarsely it is kept when a session was last used (milliseconds). */
const SEEN_EVERY_MS = 60_000

/** What of a person's row says who they are here; no secret is among it. */
export const personColumns = {
  id: true,
  name: true,
  role: true,
  disabledAt: true,
  subtreeNetworkId: true,
  subtreeCidrId: true,
} as const

/**
 * Who the claims stand for now: the session's row is read each time, and the person's with it, so that whoever was
 * disabled or demoted, or whose session was ended, feels it with their next request. Null when the claims are nobody's.
 * @throws Refusal unavailable
 */
export async function askerOf(db: Db, token: unknown, at: { now: Date; from?: From }): Promise<Asker | null> {
  const claims = Claims.safeParse(token)
  if (!claims.success || at.now.getTime() / 1000 - claims.data.since > SESSION_S) return null
  const { sub, sid } = claims.data
  const session = await asking(() =>
    db.prisma.session.findUnique({ where: { id: sid }, include: { user: { select: personColumns } } }),
  )
  if (!session || session.userId !== Number(sub) || session.user.disabledAt !== null) return null
  if (at.from && at.now.getTime() - session.seenAt.getTime() > SEEN_EVERY_MS) await seen(db, sid, at.from)
  return { ...personAs(session.user), via: 'session', sessionId: sid }
}

/** A person's row as who asks, before it is said how. */
export function personAs(user: {
  id: number
  name: string
  role: Role
  subtreeNetworkId: number | null
  subtreeCidrId: number | null
}): Omit<Asker, 'via' | 'sessionId'> {
  const { id, name, role, subtreeNetworkId: networkId, subtreeCidrId: cidrId } = user
  const subtree = networkId === null || cidrId === null ? null : { networkId, cidrId }
  return { actor: { kind: 'user', id, name }, role, subtree, onlyNetwork: subtree?.networkId ?? null }
}

/** An ended session is not brought back: there is no row to update. */
const seen = (db: Db, id: number, { source, browser }: From) =>
  asking(() => db.prisma.session.updateMany({ where: { id }, data: { seenAt: new Date(), source, browser } }))
