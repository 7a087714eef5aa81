import { asking, type Db } from '@warren/db'
import { recoveryHash } from './recovery.ts'
import { unseal } from './seal.ts'
import { stepOfCode } from './totp.ts'

/** What a person's sealed secret is about. */
export const secretOf = (userId: number): string => `totp of ${userId}`

/**
 * Whether a code is one of this person's now: of the authenticator app, or a recovery code. Either is spent with that:
 * no code is taken twice, nor one of an earlier step than the last one taken (RFC 6238, section 5.2).
 * @throws Refusal unavailable
 */
export async function spendCode(
  db: Db,
  user: { id: number; totpSealed: Uint8Array | null },
  { code, now }: { code: string; now: Date },
): Promise<boolean> {
  if (user.totpSealed === null) return false
  const typed = code.replace(/\s/g, '')
  return /^\d{6}$/.test(typed)
    ? spendStep(db, { id: user.id, sealed: user.totpSealed }, typed, now)
    : spendRecovery(db, user.id, typed)
}

async function spendStep(db: Db, user: { id: number; sealed: Uint8Array }, code: string, now: Date): Promise<boolean> {
  const secret = unseal(user.sealed, secretOf(user.id))
  if (secret === null) console.error(`the second factor of user ${user.id} was sealed with another NEXTAUTH_SECRET`)
  const step = secret && stepOfCode(secret, code, now)
  if (step === null) return false
  const where = { id: user.id, OR: [{ totpStep: null }, { totpStep: { lt: step } }] }
  return (await asking(() => db.prisma.user.updateMany({ where, data: { totpStep: step } }))).count === 1
}

async function spendRecovery(db: Db, id: number, typed: string): Promise<boolean> {
  const hash = recoveryHash(typed)
  if (hash === null) return false
  const spent = await asking(
    () => db.prisma.$executeRaw`UPDATE "user" SET recovery_hashes = array_remove(recovery_hashes, ${hash})
      WHERE id = ${id} AND ${hash} = ANY(recovery_hashes)`,
  )
  return spent === 1
}
