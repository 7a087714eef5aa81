import { asking, type Db } from '@warren/db'
import { Refusal } from '@warren/protocol'
import type { PeopleTx } from './record.ts'

/**
 * Runs what is done to people as one transaction, after whatever else is being done to owners: who is the last one must
 * not change under it.
 * @throws Refusal conflict, unavailable
 */
export function amongPeople<T>(db: Db, work: (tx: PeopleTx) => Promise<T>): Promise<T> {
  return asking(() =>
    db.prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM "user" WHERE role = 'owner' ORDER BY id FOR UPDATE`
      return work(tx)
    }),
  )
}

/**
 * The person with this id, locked.
 * @throws Refusal not-found (userId)
 */
export async function personOf(tx: PeopleTx, userId: number) {
  await tx.$queryRaw`SELECT id FROM "user" WHERE id = ${userId} FOR UPDATE`
  const user = await tx.user.findUnique({ where: { id: userId } })
  if (!user) throw new Refusal('not-found', 'There is no such person.', 'userId')
  return user
}

/**
 * Refuses to lose the last owner who can sign in: nobody could then manage people.
 * @throws Refusal rule-broken
 */
export async function refuseLastOwner(tx: PeopleTx, user: { id: number; name: string; role: string }): Promise<void> {
  if (user.role !== 'owner') return
  const canSignIn = [{ passwordHash: { not: null } }, { oidcSubject: { not: null } }]
  const other = await tx.user.findFirst({
    where: { role: 'owner', disabledAt: null, id: { not: user.id }, OR: canSignIn },
    select: { id: true },
  })
  if (other) return
  throw new Refusal('rule-broken', `${user.name} is the last owner; make somebody else an owner first.`, 'userId')
}

/** Ends all sessions of a person, except one, and keeps new ones from beginning with an older proof. */
export async function endSessionsOf(tx: PeopleTx, userId: number, exceptId: number | null = null): Promise<number> {
  await tx.user.update({ where: { id: userId }, data: { sessionEpoch: { increment: 1 } }, select: { id: true } })
  const where = { userId, ...(exceptId === null ? {} : { id: { not: exceptId } }) }
  return (await tx.session.deleteMany({ where })).count
}
