import { type ConfirmTotp, Refusal, type WithPassword } from '@warren/protocol'
import { newRecoveryCodes, recoveryHash } from '../auth/recovery.ts'
import { seal, unseal } from '../auth/seal.ts'
import { secretOf } from '../auth/second-factor.ts'
import { base32, keyUri, newSecret, stepOfCode } from '../auth/totp.ts'
import { env } from '../env.ts'
import { amongPeople, personOf } from '../people/person.ts'
import { record } from '../people/record.ts'
import { provenSelf, type SelfCtx, selfOf } from './self.ts'
import { withoutTotp } from './totp-columns.ts'

/** A secret on its way into an authenticator app. Nothing is stored until a code proves that it got there. */
export type TotpOffer = { secret: string; uri: string; sealed: string }

/** What a secret is about until it is confirmed; it opens as nothing else. */
const offerTo = (userId: number): string => `totp offered to ${userId}`

/**
 * Offers a person a secret for their authenticator app.
 * @throws Refusal forbidden (present), rule-broken for who has a second factor or no password, too-many
 */
export async function beginTotp(ctx: SelfCtx, { present }: WithPassword): Promise<TotpOffer> {
  const { id, name, totpSealed } = await provenSelf(ctx, present)
  if (totpSealed !== null) throw new Refusal('rule-broken', 'You have a second factor already; turn it off first.')
  const secret = newSecret()
  const issuer = `Warren ${new URL(env().NEXTAUTH_URL).hostname}`
  return {
    secret: base32(secret),
    uri: keyUri({ secret, issuer, name }),
    sealed: seal(secret, offerTo(id)).toString('base64'),
  }
}

/**
 * Takes a second factor into use and answers its recovery codes, which are shown this once.
 * @throws Refusal bad-input (code), rule-broken for who has one already
 */
export async function confirmTotp(ctx: SelfCtx, { sealed, code }: ConfirmTotp): Promise<{ recoveryCodes: string[] }> {
  const { id, name } = await selfOf(ctx)
  const secret = unseal(Buffer.from(sealed, 'base64'), offerTo(id))
  if (secret === null) throw new Refusal('expired', 'That offer is not valid any more; begin again.')
  const step = stepOfCode(secret, code.replace(/\s/g, ''), new Date())
  if (step === null) {
    throw new Refusal('bad-input', 'That code is not right; check that the clock of your phone is.', 'code')
  }
  const codes = newRecoveryCodes()
  const data = {
    totpSealed: new Uint8Array(seal(secret, secretOf(id))),
    totpStep: step,
    recoveryHashes: hashesOf(codes),
  }
  return amongPeople(ctx.db, async (tx) => {
    if ((await personOf(tx, id)).totpSealed !== null)
      throw new Refusal('rule-broken', 'You have a second factor already.')
    await tx.user.update({ where: { id }, data })
    await record(tx, { actor: ctx.actor, kind: 'totp.enabled', about: { userId: id, name } })
    return { recoveryCodes: codes }
  })
}

/**
 * Turns a person's second factor off.
 * @throws Refusal forbidden (present), too-many
 */
export async function disableTotp(ctx: SelfCtx, { present }: WithPassword): Promise<void> {
  const { id, name, totpSealed } = await provenSelf(ctx, present)
  if (totpSealed === null) return
  await amongPeople(ctx.db, async (tx) => {
    await tx.user.update({ where: { id }, data: withoutTotp })
    await record(tx, { actor: ctx.actor, kind: 'totp.disabled', about: { userId: id, name } })
  })
}

/**
 * Makes new recovery codes; the old ones stop working.
 * @throws Refusal forbidden (present), rule-broken without a second factor, too-many
 */
export async function renewRecovery(ctx: SelfCtx, { present }: WithPassword): Promise<{ recoveryCodes: string[] }> {
  const { id, name, totpSealed } = await provenSelf(ctx, present)
  if (totpSealed === null)
    throw new Refusal('rule-broken', 'Recovery codes belong to a second factor; set one up first.')
  const codes = newRecoveryCodes()
  await amongPeople(ctx.db, async (tx) => {
    await tx.user.update({ where: { id }, data: { recoveryHashes: hashesOf(codes) } })
    await record(tx, { actor: ctx.actor, kind: 'recovery.renewed', about: { userId: id, name } })
  })
  return { recoveryCodes: codes }
}

const hashesOf = (codes: readonly string[]): string[] => codes.flatMap((code) => recoveryHash(code) ?? [])
