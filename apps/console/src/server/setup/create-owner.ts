import { timingSafeEqual } from 'node:crypto'
import { asking, type Db } from '@warren/db'
import { Refusal, type SetUp } from '@warren/protocol'
import { attempt } from '../auth/attempts.ts'
import { hashPassword } from '../auth/password.ts'
import { hasOwner, tokenHash } from './open-set-up.ts'

const closed = () => new Refusal('forbidden', 'The set-up is closed: this console has an owner. Sign in instead.')

const wrongToken = () =>
  new Refusal(
    'forbidden',
    'That set-up token is not the current one; open the URL that npm start printed last.',
    'token',
  )

/**
 * Makes the first person of this console, its owner, and closes the set-up with that.
 * @throws Refusal forbidden (token) for a wrong token or once there is an owner, too-many after many wrong ones
 */
export async function createOwner(
  db: Db,
  input: SetUp,
  from: { source: string; now: Date } = { source: 'unknown', now: new Date() },
): Promise<{ name: string }> {
  if (await hasOwner(db.prisma)) throw closed()
  const right = await attempt(db, { what: 'set-up', name: null, ...from }, () => isCurrent(db, input.token))
  if (!right) throw wrongToken()

  const passwordHash = await hashPassword(input.password)
  return asking(() =>
    db.prisma.$transaction(async (tx) => {
      // Whoever takes the token away is the one who used it: of two at once, the second finds none.
      const taken = await tx.setUp.deleteMany({ where: { tokenHash: tokenHash(input.token) } })
      if (taken.count === 0 || (await hasOwner(tx))) throw closed()
      const owner = await tx.user.create({ data: { name: input.name, passwordHash, role: 'owner' } })
      return { name: owner.name }
    }),
  )
}

/** True for the current token, else null, which counts as a failed attempt. */
async function isCurrent(db: Db, token: string): Promise<true | null> {
  const row = await asking(() => db.prisma.setUp.findUnique({ where: { id: 1 } }))
  if (!row) return null
  return timingSafeEqual(Buffer.from(tokenHash(token)), Buffer.from(row.tokenHash)) ? true : null
}
