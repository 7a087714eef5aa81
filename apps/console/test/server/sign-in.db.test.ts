import { Refusal } from '@warren/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { attempt as limited } from '~/server/auth/attempts.ts'
import { askerOf, SESSION_S } from '~/server/auth/claims.ts'
import { type Login, login } from '~/server/auth/login.ts'
import { openSession } from '~/server/auth/open-session.ts'
import { hashPassword } from '~/server/auth/password.ts'
import { createOwner } from '~/server/setup/create-owner.ts'
import { openSetUp } from '~/server/setup/open-set-up.ts'
import { setUpState } from '~/server/setup/set-up-state.ts'
import { openWorld, refused, type World } from './world.ts'

const PASSWORD = 'correct horse battery'
const MINUTE_MS = 60_000

let world: World
let passwordHash: string

beforeAll(async () => {
  world = await openWorld()
  passwordHash = await hashPassword(PASSWORD)
})
beforeEach(async () => {
  await world.db.prisma.loginFailure.deleteMany()
  await world.db.prisma.setUp.deleteMany()
  await world.db.prisma.user.deleteMany()
})
afterAll(() => world.stop())

const owner = (token: string, name = 'anna') => createOwner(world.db, { token, name, password: PASSWORD })
const opened = async () => (await openSetUp(world.db)) ?? ''
const addUser = (name: string, more: { disabledAt?: Date } = {}) =>
  world.db.prisma.user.create({ data: { name, passwordHash, role: 'admin', ...more } })

describe('set-up', () => {
  test('makes the owner with the token, and is closed for good with that', async () => {
    expect(await setUpState(world)).toEqual({ state: 'waiting' })
    const token = await opened()
    expect(await setUpState(world)).toEqual({ state: 'open' })
    expect(await owner(token)).toEqual({ name: 'anna' })
    expect(await setUpState(world)).toEqual({ state: 'closed' })
    expect(await openSetUp(world.db)).toBeNull()
    await refused(owner(token, 'mallory'), { kind: 'forbidden', says: 'The set-up is closed' })
    expect(await world.db.prisma.user.findMany({ select: { name: true, role: true } })).toEqual([
      { name: 'anna', role: 'owner' },
    ])
  })

  test('keeps neither the token nor the password', async () => {
    const token = await opened()
    expect(JSON.stringify(await world.db.prisma.setUp.findMany())).not.toContain(token)
    await owner(token)
    expect(JSON.stringify(await world.db.prisma.user.findMany())).not.toContain(PASSWORD)
  })

  test('refuses a wrong token, and an earlier one', async () => {
    const earlier = await opened()
    const current = await opened()
    const about = { kind: 'forbidden', field: 'token', says: 'not the current one' } as const
    await refused(owner(earlier), about)
    await refused(owner('x'), about)
    expect(await owner(current)).toEqual({ name: 'anna' })
  })

  test('refuses every token after too many wrong ones from one place, until time has passed', async () => {
    const token = await opened()
    const now = new Date()
    const from = (source: string, at = now) => ({ source, now: at })
    const input = { token: 'wrong', name: 'mallory', password: PASSWORD }
    for (let i = 0; i < 20; i += 1) await createOwner(world.db, input, from('192.0.2.9')).catch(() => {})
    const right = { ...input, token, name: 'anna' }
    await refused(createOwner(world.db, right, from('192.0.2.9')), {
      kind: 'too-many',
      says: 'try again in 15 minutes',
    })
    const later = new Date(now.getTime() + 16 * MINUTE_MS)
    expect(await createOwner(world.db, right, from('192.0.2.9', later))).toEqual({ name: 'anna' })
  })

  test('with one token twice at once makes one owner', async () => {
    const token = await opened()
    const both = await Promise.allSettled([owner(token, 'anna'), owner(token, 'bert')])
    expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(String(both.find((result) => result.status === 'rejected')?.reason)).toContain('closed')
    expect(await world.db.prisma.user.count()).toBe(1)
  })
})

describe('signing in', () => {
  const attempt = (more: Partial<Login> = {}) =>
    login(world.db, { name: 'anna', password: PASSWORD, source: '192.0.2.1', now: new Date(), ...more })
  // A failed attempt without the half second that hashing a password takes.
  const fail = (name: string, now: Date, source = '192.0.2.1') =>
    limited(world.db, { what: 'login', name, source, now }, async () => null)
  const wrong = { kind: 'not-signed-in', says: /^That name and password do not belong together\.$/ } as const

  test('answers who it is', async () => {
    const { id } = await addUser('anna')
    expect(await attempt()).toEqual({ id, name: 'anna', role: 'admin', epoch: 0 })
  })

  test('takes a password typed in another composition of the same characters', async () => {
    passwordHash = await hashPassword('gr\u00fcn gr\u00fcn gr\u00fcn')
    await addUser('anna')
    expect(await attempt({ password: 'gru\u0308n gru\u0308n gru\u0308n' })).toMatchObject({ name: 'anna' })
    passwordHash = await hashPassword(PASSWORD)
  })

  test.each([
    ['a wrong password', { password: 'wrong' }],
    ['an empty password', { password: '' }],
    ['a name that nobody has', { name: 'nobody' }],
    ['a name that nobody can have', { name: 'an\u0000na' }],
    ['a disabled person', { name: 'gone' }],
  ])('with %s is refused in the same words', async (_what, more) => {
    await addUser('anna')
    await addUser('gone', { disabledAt: new Date() })
    await refused(attempt(more), wrong)
  })

  test('is limited for a name from one place, and says when to try again', async () => {
    await addUser('anna')
    const now = new Date()
    for (let i = 0; i < 5; i += 1) await refused(attempt({ password: 'wrong', now }), wrong)
    const tooMany = { kind: 'too-many', says: 'try again in 15 minutes' } as const
    await refused(attempt({ now }), tooMany)
    const later = new Date(now.getTime() + 10 * MINUTE_MS)
    // Knocking on a closed door does not keep it closed for longer.
    for (let i = 0; i < 8; i += 1) await refused(attempt({ now: later }), { ...tooMany, says: 'in 5 minutes' })
    expect(await attempt({ now: new Date(now.getTime() + 15 * MINUTE_MS + 1) })).toMatchObject({ name: 'anna' })
  })

  test('cannot be closed to a person from afar', async () => {
    await addUser('anna')
    for (let i = 0; i < 12; i += 1) await fail('anna', new Date(), `203.0.113.${i}`)
    expect(await attempt()).toMatchObject({ name: 'anna' })
  })

  test('from a thousand places is limited too, but not where the person has been signed in', async () => {
    const { id } = await addUser('anna')
    await openSession(world.db, { id, epoch: 0 }, { source: '192.0.2.77', browser: '' })
    for (let i = 0; i < 60; i += 1) await fail('anna', new Date(), `203.0.113.${i}`)
    await refused(attempt(), { kind: 'too-many', says: 'try again' })
    expect(await attempt({ source: '192.0.2.77' })).toMatchObject({ name: 'anna' })
  })

  test('is limited alike for names that nobody has', async () => {
    const now = new Date()
    for (let i = 0; i < 4; i += 1) await fail('nobody', now)
    await refused(attempt({ name: 'nobody', now }), wrong)
    await refused(attempt({ name: 'nobody', now }), { kind: 'too-many', says: 'try again' })
  })

  test('is limited for a place, over all names', async () => {
    await addUser('anna')
    const now = new Date()
    for (let i = 0; i < 20; i += 1) await fail(`guess-${i}`, now)
    await refused(attempt({ now }), { kind: 'too-many', says: 'try again' })
    expect(await attempt({ source: '192.0.2.2', now })).toMatchObject({ name: 'anna' })
  })

  test('rightly forgets the failures before it', async () => {
    await addUser('anna')
    for (let i = 0; i < 4; i += 1) await fail('anna', new Date())
    await attempt()
    for (let i = 0; i < 4; i += 1) await fail('anna', new Date())
    expect(await attempt()).toMatchObject({ name: 'anna' })
  })

  test('many times at once gains no guesses', async () => {
    await addUser('anna')
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => attempt({ password: 'wrong' })))
    const kinds = results.map((result) =>
      result.status === 'rejected' && result.reason instanceof Refusal ? result.reason.kind : 'in',
    )
    expect(kinds.filter((kind) => kind === 'not-signed-in').length).toBeLessThanOrEqual(5)
    expect(kinds).not.toContain('in')
  })

  test('does not keep what was typed as a name', async () => {
    await refused(attempt({ name: 'my password by mistake' }), wrong)
    expect(JSON.stringify(await world.db.prisma.loginFailure.findMany())).not.toContain('mistake')
  })
})

describe('a session', () => {
  const from = { source: '192.0.2.1', browser: 'a test' }
  const begin = (person: { id: number }, epoch = 0) => openSession(world.db, { ...person, epoch }, from)
  const standing = (token: unknown, now = new Date()) => askerOf(world.db, token, { now, from })

  test('stands for the person, with the role they have now', async () => {
    const person = await addUser('anna')
    const claims = await begin(person)
    await world.db.prisma.user.update({ where: { id: person.id }, data: { role: 'viewer' } })
    expect(await standing(claims)).toEqual({
      actor: { kind: 'user', id: person.id, name: 'anna' },
      role: 'viewer',
      subtree: null,
      onlyNetwork: null,
      via: 'session',
      sessionId: claims.sid,
    })
  })

  test('ends after twelve hours, when the person is disabled, or with its row', async () => {
    const person = await addUser('anna')
    const claims = await begin(person)
    expect(await standing(claims)).not.toBeNull()
    expect(await standing(claims, new Date(Date.now() + (SESSION_S + 1) * 1000))).toBeNull()
    await world.db.prisma.user.update({ where: { id: person.id }, data: { disabledAt: new Date() } })
    expect(await standing(claims)).toBeNull()
    await world.db.prisma.user.update({ where: { id: person.id }, data: { disabledAt: null } })
    expect(await standing(claims)).not.toBeNull()
    await world.db.prisma.session.delete({ where: { id: claims.sid } })
    expect(await standing(claims)).toBeNull()
  })

  test('is not begun with a proof from before everything was ended', async () => {
    const person = await addUser('anna')
    await world.db.prisma.user.update({ where: { id: person.id }, data: { sessionEpoch: 1 } })
    await refused(begin(person), { kind: 'not-signed-in', says: 'sign in again' })
    expect(await begin(person, 1)).toMatchObject({ sub: String(person.id) })
  })

  test('of one person is not opened by the claims of another', async () => {
    const [anna, bert] = [await addUser('anna'), await addUser('bert')]
    expect(await standing({ ...(await begin(anna)), sub: String(bert.id) })).toBeNull()
  })

  test('notes where it was last used from, once a minute at most', async () => {
    const claims = await begin(await addUser('anna'))
    const seen = () => world.db.prisma.session.findUniqueOrThrow({ where: { id: claims.sid } })
    const before = await seen()
    const elsewhere = { source: '203.0.113.5', browser: 'another' }
    await askerOf(world.db, claims, { now: new Date(), from: elsewhere })
    expect(await seen()).toEqual(before)
    await askerOf(world.db, claims, { now: new Date(Date.now() + 61_000), from: elsewhere })
    expect(await seen()).toMatchObject(elsewhere)
  })

  test.each([
    ['nothing', null],
    ['no claims', {}],
    ['an id that is none', { sub: '1 OR 1=1', sid: 1, since: 0 }],
    ['nobody', { sub: '999999', sid: 999_999, since: Math.floor(Date.now() / 1000) }],
  ])('that says %s is nobody’s', async (_what, token) => {
    expect(await standing(token)).toBeNull()
  })
})
