import { createHash, randomBytes } from 'node:crypto'
import { type Actor, Refusal, WELCOME_HOURS } from '@warren/protocol'
import { type PeopleTx, record } from './record.ts'

const TOKEN_BYTES = 32

/** What is stored of a welcome token. */
export const welcomeHash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** What an owner passes on: the token belongs behind the # of /welcome, which browsers send to nobody. */
export type WelcomeLink = { userId: number; name: string; token: string; expiresAt: string }

/**
 * Makes the link with which a person sets a password, once; an earlier one stops working.
 * @throws Refusal rule-broken for who is disabled
 */
export async function makeLink(
  tx: PeopleTx,
  user: { id: number; name: string; disabledAt: Date | null },
  actor: Actor,
): Promise<WelcomeLink> {
  if (user.disabledAt !== null)
    throw new Refusal('rule-broken', `${user.name} is disabled; enable them first.`, 'userId')
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const expiresAt = new Date(Date.now() + WELCOME_HOURS * 3_600_000)
  const data = { welcomeHash: welcomeHash(token), welcomeExpiresAt: expiresAt }
  await tx.user.update({ where: { id: user.id }, data, select: { id: true } })
  await record(tx, { actor, kind: 'person.link-made', about: { userId: user.id, name: user.name } })
  return { userId: user.id, name: user.name, token, expiresAt: expiresAt.toISOString() }
}
