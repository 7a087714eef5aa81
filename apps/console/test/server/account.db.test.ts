import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { changePassword } from '~/server/account/change-password.ts'
import { findPeers, setOwnPeer } from '~/server/account/own-peer.ts'
import type { SelfCtx } from '~/server/account/self.ts'
import { endOtherSessions, endSession, listSessions } from '~/server/account/sessions.ts'
import { accountState } from '~/server/account/state.ts'
import { createToken, listTokens, revokeToken } from '~/server/account/tokens.ts'
import { beginTotp, confirmTotp, disableTotp, renewRecovery } from '~/server/account/totp.ts'
import { attempt } from '~/server/auth/attempts.ts'
import { askerOfToken } from '~/server/auth/bearer.ts'
import { askerOf, type Claims } from '~/server/auth/claims.ts'
import { login } from '~/server/auth/login.ts'
import { openSession } from '~/server/auth/open-session.ts'
import { hashPassword } from '~/server/auth/password.ts'
import { codeOf, stepAt } from '~/server/auth/totp.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { resetTotp } from '~/server/people/reset-totp.ts'
import { newKey, openWorld, type Plan, plant, refused, type World } from './world.ts'

const PASSWORD = 'correct horse battery'
const MINUTE_MS = 60_000

let world: World
let plan: Plan
let passwordHash: string

beforeAll(async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://localhost/x')
  vi.stubEnv('NEXTAUTH_URL', 'http://console.test:3000')
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of no importance, long enough')
  world = await openWorld()
  plan = await plant(world.ctx)
  passwordHash = await hashPassword(PASSWORD)
})
beforeEach(async () => {
  await world.db.prisma.loginFailure.deleteMany()
  await world.db.prisma.user.deleteMany()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world.stop()
})

const begin = (id: number, epoch = 0) =>
  openSession(world.db, { id, epoch }, { source: '192.0.2.1', browser: 'a test' })
const standing = (claims: Claims) => askerOf(world.db, claims, { now: new Date() })
/** A person, and the context of their requests. */
async function self(name = 'anna'): Promise<{ ctx: SelfCtx; id: number; claims: Claims }> {
  const { id } = await world.db.prisma.user.create({ data: { name, role: 'admin', passwordHash } })
  const claims = await begin(id)
  const asker = await standing(claims)
  if (!asker) throw new Error('a session did not begin')
  return { ctx: { db: world.db, actor: asker.actor, asker, source: '192.0.2.1' }, id, claims }
}
const wrongPassword = { kind: 'forbidden', field: 'present', says: 'not your present password' } as const

describe('changing the password', () => {
  test('ends all other sessions, and the old password', async () => {
    const { ctx, id, claims } = await self()
    const other = await begin(id)
    expect(await changePassword(ctx, { present: PASSWORD, password: 'a longer one now' })).toEqual({ ended: 1 })
    expect(await standing(claims)).not.toBeNull()
    expect(await standing(other)).toBeNull()
    const now = new Date()
    const enter = (password: string) => login(world.db, { name: 'anna', password, source: '192.0.2.1', now })
    await refused(enter(PASSWORD), { kind: 'not-signed-in', says: 'do not belong together' })
    expect(await enter('a longer one now')).toMatchObject({ id, epoch: 1 })
  })

  test('needs the present one, which is guessed a few times only', async () => {
    const { ctx } = await self()
    const change = () => changePassword(ctx, { present: 'wrong', password: 'a longer one now' })
    for (let i = 0; i < 5; i += 1) await refused(change(), wrongPassword)
    await refused(change(), { kind: 'too-many', says: 'try again in 15 minutes' })
  })
})

/** Turns the second factor of somebody on, and answers its secret and recovery codes. */
async function turnOn(ctx: SelfCtx) {
  const offer = await beginTotp(ctx, { present: PASSWORD })
  const secret = fromBase32(offer.secret)
  const code = codeOf(secret, stepAt(new Date()))
  const { recoveryCodes } = await confirmTotp(ctx, { sealed: offer.sealed, code })
  return { secret, recoveryCodes, code }
}

/** The slow reading of base32, from the other end than the one that wrote it. */
function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

describe('a second factor', () => {
  const enter = (more: { code?: string; password?: string; now?: Date } = {}) =>
    login(world.db, { name: 'anna', password: PASSWORD, source: '192.0.2.1', now: new Date(), ...more })
  const needed = { kind: 'not-signed-in', field: 'code', says: /^Type the code of your authenticator app\.$/ } as const
  const wrong = { kind: 'not-signed-in', field: 'code', says: 'not right, or was used already' } as const
  const later = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS)

  test('is asked for after the right password, and lets in with a code that was not used yet', async () => {
    const { ctx, id } = await self()
    const { secret, code } = await turnOn(ctx)
    await refused(enter(), needed)
    await refused(enter({ code }), wrong)
    const now = later(2)
    const next = codeOf(secret, stepAt(now))
    expect(await enter({ code: `${next.slice(0, 3)} ${next.slice(3)}`, now })).toMatchObject({ id })
    await refused(enter({ code: next, now }), wrong)
    // One of an earlier step, though it would still count by the clock.
    await refused(enter({ code: codeOf(secret, stepAt(now) - 1), now }), wrong)
  })

  test('tells who has a wrong password nothing, not even that it is there', async () => {
    const { ctx } = await self()
    const { secret } = await turnOn(ctx)
    const now = later(2)
    const code = codeOf(secret, stepAt(now))
    const about = { kind: 'not-signed-in', says: /^That name and password do not belong together\.$/ } as const
    await refused(enter({ password: 'wrong', now }), about)
    await refused(enter({ password: 'wrong', code, now }), about)
    expect(await enter({ code, now })).toMatchObject({ name: 'anna' })
  })

  test('counts each step towards the limit until the code is right', async () => {
    const { ctx } = await self()
    const { secret } = await turnOn(ctx)
    for (let i = 0; i < 3; i += 1) await refused(enter(), needed)
    for (let i = 0; i < 2; i += 1) await refused(enter({ code: '000000' }), wrong)
    const now = new Date()
    await refused(enter({ code: codeOf(secret, stepAt(now) + 1), now }), { kind: 'too-many', says: 'try again' })
  })

  test('is guessed ten times in a quarter of an hour, from wherever', async () => {
    const { ctx, id } = await self()
    await turnOn(ctx)
    const now = new Date()
    const failed = { what: 'code', name: String(id), now } as const
    for (let i = 0; i < 9; i += 1) {
      await attempt(world.db, { ...failed, source: `203.0.113.${i}` }, async () => null)
    }
    await refused(enter({ code: '000000', now }), wrong)
    await refused(enter({ code: '000001', now }), { kind: 'too-many', says: 'try again in 15 minutes' })
  })

  test('of many who send one code at once lets one in', async () => {
    const { ctx } = await self()
    const { secret } = await turnOn(ctx)
    const now = later(2)
    const code = codeOf(secret, stepAt(now))
    const all = await Promise.allSettled([enter({ code, now }), enter({ code, now }), enter({ code, now })])
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('is replaced by a recovery code, once', async () => {
    const { ctx } = await self()
    const { recoveryCodes } = await turnOn(ctx)
    const [first = '', second = ''] = recoveryCodes
    expect(await enter({ code: first.toLowerCase() })).toMatchObject({ name: 'anna' })
    await refused(enter({ code: first }), wrong)
    expect(await accountState(ctx)).toMatchObject({ totp: true, recoveryLeft: 9 })
    expect(await renewRecovery(ctx, { present: PASSWORD })).toMatchObject({ recoveryCodes: { length: 10 } })
    await refused(enter({ code: second }), wrong)
  })

  test('keeps neither its secret nor its codes where they could be read', async () => {
    const { ctx, id } = await self()
    const { secret, recoveryCodes } = await turnOn(ctx)
    const user = await world.db.prisma.user.findUniqueOrThrow({ where: { id } })
    expect(Buffer.from(user.totpSealed ?? []).includes(secret)).toBe(false)
    for (const code of recoveryCodes) expect(JSON.stringify(user)).not.toContain(code)
  })

  test('is not turned on with a wrong code, somebody else’s offer, or without the password', async () => {
    const [anna, bert] = [await self('anna'), await self('bert')]
    const offer = await beginTotp(anna.ctx, { present: PASSWORD })
    const code = codeOf(fromBase32(offer.secret), stepAt(new Date()))
    await refused(beginTotp(anna.ctx, { present: 'wrong' }), wrongPassword)
    await refused(confirmTotp(anna.ctx, { sealed: offer.sealed, code: '000000' }), {
      kind: 'bad-input',
      field: 'code',
      says: 'not right',
    })
    await refused(confirmTotp(bert.ctx, { sealed: offer.sealed, code }), { kind: 'expired', says: 'begin again' })
    expect(await accountState(anna.ctx)).toMatchObject({ totp: false, recoveryLeft: 0 })
  })

  test('is turned off with the password, or by an owner who was asked', async () => {
    const { ctx, id } = await self()
    await turnOn(ctx)
    await refused(disableTotp(ctx, { present: 'wrong' }), wrongPassword)
    await disableTotp(ctx, { present: PASSWORD })
    expect(await enter()).toMatchObject({ id })
    await turnOn(ctx)
    await resetTotp(world.ctx, { userId: id })
    expect(await enter()).toMatchObject({ id })
    expect(await accountState(ctx)).toMatchObject({ totp: false, recoveryLeft: 0 })
  })
})

describe('one’s own sessions', () => {
  test('are listed with the present one marked, and end one by one or all at once', async () => {
    const { ctx, id, claims } = await self()
    const [second, third] = [await begin(id), await begin(id)]
    await begin((await self('bert')).id)
    const listed = await listSessions(ctx)
    expect(listed).toHaveLength(3)
    expect(listed.filter(({ current }) => current)).toMatchObject([{ id: claims.sid, browser: 'a test' }])
    await endSession(ctx, { sessionId: second.sid })
    expect(await standing(second)).toBeNull()
    expect(await endOtherSessions(ctx)).toEqual({ ended: 1 })
    expect(await standing(third)).toBeNull()
    expect(await standing(claims)).not.toBeNull()
  })

  test('are not somebody else’s', async () => {
    const [anna, bert] = [await self('anna'), await self('bert')]
    await refused(endSession(anna.ctx, { sessionId: bert.claims.sid }), {
      kind: 'not-found',
      field: 'sessionId',
      says: 'no such session of yours',
    })
    expect(await standing(bert.claims)).not.toBeNull()
  })
})

describe('one’s own tokens', () => {
  test('are shown once, never kept, and end when they are revoked', async () => {
    const { ctx } = await self()
    const { token, ...made } = await createToken(ctx, { name: 'script', role: 'viewer', days: 30 })
    expect(token).toMatch(/^warren_[\w-]{43}$/)
    expect(JSON.stringify(await world.db.prisma.apiToken.findMany())).not.toContain(token)
    expect(await listTokens(ctx)).toEqual([made])
    expect(await askerOfToken(world.db, token, new Date())).toMatchObject({ role: 'viewer', actor: { name: 'anna' } })
    await revokeToken(ctx, { tokenId: made.id })
    expect(await askerOfToken(world.db, token, new Date())).toBeNull()
  })

  test('have no more rights than who makes them, and a name of their own', async () => {
    const { ctx } = await self()
    await refused(createToken(ctx, { name: 'script', role: 'owner' }), {
      kind: 'forbidden',
      field: 'role',
      says: 'cannot have more',
    })
    await createToken(ctx, { name: 'script', role: 'admin' })
    await refused(createToken(ctx, { name: 'script', role: 'viewer' }), {
      kind: 'conflict',
      field: 'name',
      says: 'a token of that name already',
    })
  })
})

test('the peer one sits at is found by name or address, and not in networks that one may not see', async () => {
  const { ctx } = await self()
  const about = { networkId: plan.id, cidrId: plan.root, kind: 'agent', isAdmin: false } as const
  const { peer } = await createPeer(world.ctx, { ...about, name: 'annas-laptop', publicKey: newKey() })
  const found = { id: peer.id, name: 'annas-laptop', address: peer.address, network: plan.network.name }
  expect(await findPeers(ctx, { text: 'LAPTOP' })).toEqual([found])
  expect(await findPeers(ctx, { text: peer.address.slice(0, -1) })).toContainEqual(found)
  expect(await findPeers(ctx, { text: '%' })).toEqual([])
  await setOwnPeer(ctx, { peerId: peer.id })
  expect(await accountState(ctx)).toMatchObject({ ownPeer: found })
  const foreign = { ...ctx, asker: { ...ctx.asker, onlyNetwork: plan.id + 1 } }
  expect(await findPeers(foreign, { text: 'laptop' })).toEqual([])
  await refused(setOwnPeer(foreign, { peerId: peer.id }), { kind: 'not-found', field: 'peerId', says: 'no such peer' })
})
