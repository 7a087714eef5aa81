import { createHash, randomBytes } from 'node:crypto'
import { asking, type Db } from '@warren/db'

const TOKEN_BYTES = 32

/** What is stored of a set-up token: its SHA-256, in hexadecimal. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Whether somebody owns this console; then its set-up is closed for good. */
export const hasOwner = async (prisma: Pick<Db['prisma'], 'user'>): Promise<boolean> =>
  (await asking(() => prisma.user.findFirst({ where: { role: 'owner' }, select: { id: true } }))) !== null

/**
 * Opens the set-up page with a new one-time token (32 random bytes, base64url) and returns it; an earlier one stops
 * working. Null when an owner exists.
 * @throws Refusal unavailable
 */
export async function openSetUp(db: Db): Promise<string | null> {
  if (await hasOwner(db.prisma)) return null
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const row = { tokenHash: tokenHash(token) }
  await asking(() => db.prisma.setUp.upsert({ where: { id: 1 }, create: row, update: row }))
  return token
}
