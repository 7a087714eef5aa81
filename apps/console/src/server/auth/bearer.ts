import { createHash, randomBytes } from 'node:crypto'
import { asking, type Db } from '@warren/db'
import { lesser } from '@warren/protocol'
import type { Asker } from '../ctx.ts'
import { personAs, personColumns } from './claims.ts'

/** Says what it is, to whoever finds one in a log or a repository. */
const PREFIX = 'warren_'
const TOKEN_BYTES = 32

/** How coarsely it is kept when a token was last used (milliseconds). */
const USED_EVERY_MS = 60_000

/** A new token, and the hash of it that is stored. Nothing can be guessed of 256 random bits, so that one hash is enough. */
export function newToken(): { token: string; hash: string } {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`
  return { token, hash: hashOf(token) }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The token of an Authorization header (RFC 6750, section 2.1); null without one. */
export function bearerIn(headers: Headers): string | null {
  const [scheme, token] = (headers.get('authorization') ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' ? (token ?? '') : null
}

/**
 * In whose name a token speaks now, and with which role: its own or the person's, whichever is less. Null for a token
 * that was revoked, has expired, or never was.
 * @throws Refusal unavailable
 */
export async function askerOfToken(db: Db, token: string, now: Date): Promise<Asker | null> {
  if (!token.startsWith(PREFIX)) return null
  const row = await asking(() =>
    db.prisma.apiToken.findUnique({ where: { hash: hashOf(token) }, include: { user: { select: personColumns } } }),
  )
  if (!row || row.user.disabledAt !== null || (row.expiresAt !== null && row.expiresAt <= now)) return null
  if (now.getTime() - (row.usedAt?.getTime() ?? 0) > USED_EVERY_MS) {
    await asking(() => db.prisma.apiToken.updateMany({ where: { id: row.id }, data: { usedAt: now } }))
  }
  const person = personAs(row.user)
  return { ...person, role: lesser(person.role, row.role), via: 'token', sessionId: null }
}
