import { asking, type Db } from '@warren/db'
import { type AcceptWelcome, type LookWelcome, Refusal } from '@warren/protocol'
import { attempt } from '../auth/attempts.ts'
import { hashPassword } from '../auth/password.ts'
import { amongPeople, endSessionsOf } from '../people/person.ts'
import { record } from '../people/record.ts'
import { welcomeHash } from '../people/welcome-link.ts'

type From = { db: Db; source: string }

const invalid = () =>
  new Refusal(
    'expired',
    'This link was used already, has expired, or was replaced; ask an owner for a new one.',
    'token',
  )

/**
 * Whose welcome link this is. Says no more about one that does not work than that.
 * @throws Refusal expired (token), too-many
 */
export async function lookWelcome({ db, source }: From, { token }: LookWelcome): Promise<{ name: string }> {
  const where = { welcomeHash: welcomeHash(token), welcomeExpiresAt: { gt: new Date() }, disabledAt: null }
  const user = await attempt(db, { what: 'welcome', name: null, source, now: new Date() }, () =>
    asking(() => db.prisma.user.findFirst({ where, select: { name: true } })),
  )
  if (!user) throw invalid()
  return user
}

/**
 * Sets a person's password by their welcome link, which ends with that, as all their sessions do.
 * @throws Refusal expired (token), too-many
 */
export async function acceptWelcome(from: From, { token, password }: AcceptWelcome): Promise<{ name: string }> {
  await lookWelcome(from, { token })
  const passwordHash = await hashPassword(password)
  return amongPeople(from.db, async (tx) => {
    const where = { welcomeHash: welcomeHash(token), welcomeExpiresAt: { gt: new Date() }, disabledAt: null }
    // Whoever takes the token away is the one who used it: of two at once, the second finds none.
    const taken = await tx.user.updateManyAndReturn({
      where,
      data: { passwordHash, welcomeHash: null, welcomeExpiresAt: null },
      select: { id: true, name: true },
    })
    const [user] = taken
    if (!user) throw invalid()
    await endSessionsOf(tx, user.id)
    const { id, name } = user
    await record(tx, { actor: { kind: 'user', id, name }, kind: 'person.welcomed', about: { userId: id, name } })
    return { name }
  })
}
