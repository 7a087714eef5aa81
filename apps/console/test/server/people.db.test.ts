import { once } from 'node:events'
import type { Role } from '@warren/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { askerOfToken, newToken } from '~/server/auth/bearer.ts'
import { askerOf } from '~/server/auth/claims.ts'
import { login } from '~/server/auth/login.ts'
import { openSession } from '~/server/auth/open-session.ts'
import { hashPassword } from '~/server/auth/password.ts'
import { whileAllowed } from '~/server/auth/while-allowed.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { deleteCidr } from '~/server/cidr/delete-cidr.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { addPerson } from '~/server/people/add-person.ts'
import { editPerson } from '~/server/people/edit-person.ts'
import { endSessions } from '~/server/people/end-sessions.ts'
import { listEvents } from '~/server/people/list-events.ts'
import { listPeople } from '~/server/people/list-people.ts'
import { amongPeople, personOf } from '~/server/people/person.ts'
import { removePerson } from '~/server/people/remove-person.ts'
import { setPersonDisabled } from '~/server/people/set-disabled.ts'
import { makeLink } from '~/server/people/welcome-link.ts'
import { acceptWelcome, lookWelcome } from '~/server/welcome/accept-welcome.ts'
import { at, newKey, openWorld, type Plan, plant, refused, type World } from './world.ts'

const PASSWORD = 'correct horse battery'

let world: World
let plan: Plan
let passwordHash: string

beforeAll(async () => {
  world = await openWorld()
  plan = await plant(world.ctx)
  passwordHash = await hashPassword(PASSWORD)
})
beforeEach(async () => {
  await world.db.prisma.consoleEvent.deleteMany()
  await world.db.prisma.loginFailure.deleteMany()
  await world.db.prisma.user.deleteMany()
})
afterAll(() => world.stop())

const person = (name: string, role: Role = 'viewer') =>
  world.db.prisma.user.create({ data: { name, role, passwordHash } })
const signedIn = async (id: number) => {
  const claims = await openSession(world.db, { id, epoch: 0 }, { source: '192.0.2.1', browser: 'a test' })
  return () => askerOf(world.db, claims, { now: new Date() })
}
const withToken = async (userId: number, role: Role = 'owner', expiresAt: Date | null = null) => {
  const { token, hash } = newToken()
  await world.db.prisma.apiToken.create({ data: { userId, name: hash, hash, role, expiresAt } })
  return (now = new Date()) => askerOfToken(world.db, token, now)
}
const enter = (token: string, source = '192.0.2.1') => ({
  look: () => lookWelcome({ db: world.db, source }, { token }),
  accept: () => acceptWelcome({ db: world.db, source }, { token, password: PASSWORD }),
})
const kinds = async () => (await listEvents(world, { limit: 50 })).map(({ kind }) => kind)

describe('a person who was added', () => {
  const invalid = { kind: 'expired', field: 'token', says: 'used already, has expired, or was replaced' } as const

  test('sets a password with the link, once, and is let in with it', async () => {
    const link = await addPerson(world.ctx, { name: 'bert', role: 'admin', subtree: null })
    expect(Date.parse(link.expiresAt) - Date.now()).toBeGreaterThan(71.9 * 3_600_000)
    expect(await enter(link.token).look()).toEqual({ name: 'bert' })
    expect(await enter(link.token).accept()).toEqual({ name: 'bert' })
    await refused(enter(link.token).accept(), invalid)
    const now = new Date()
    const inside = await login(world.db, { name: 'bert', password: PASSWORD, source: '192.0.2.1', now })
    expect(inside).toMatchObject({ name: 'bert', role: 'admin' })
    expect(await kinds()).toEqual(['person.welcomed', 'person.link-made', 'person.added'])
  })

  test('has a link that nobody finds in the database, nor in the log', async () => {
    const { token } = await addPerson(world.ctx, { name: 'bert', role: 'viewer', subtree: null })
    const users = await world.db.prisma.user.findMany()
    expect(JSON.stringify([users, await listEvents(world, { limit: 50 })])).not.toContain(token)
  })

  test('cannot use a link that ran out, was replaced, or is made up', async () => {
    const first = await addPerson(world.ctx, { name: 'bert', role: 'viewer', subtree: null })
    const again = await amongPeople(world.db, async (tx) =>
      makeLink(tx, await personOf(tx, first.userId), world.ctx.actor),
    )
    await refused(enter(first.token).look(), invalid)
    await refused(enter('made-up').accept(), invalid)
    await world.db.prisma.user.update({ where: { id: first.userId }, data: { welcomeExpiresAt: new Date(0) } })
    await refused(enter(again.token).look(), invalid)
  })

  test('is one, however many use the link at once', async () => {
    const { token } = await addPerson(world.ctx, { name: 'bert', role: 'viewer', subtree: null })
    const both = await Promise.allSettled([enter(token).accept(), enter(token, '192.0.2.2').accept()])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('is refused when the name is taken, or the subtree does not exist', async () => {
    await person('bert')
    await refused(addPerson(world.ctx, { name: 'bert', role: 'viewer', subtree: null }), {
      kind: 'conflict',
      field: 'name',
      says: 'exists already',
    })
    const subtree = { networkId: plan.id, cidrId: 999_999 }
    await refused(addPerson(world.ctx, { name: 'cleo', role: 'admin', subtree }), {
      kind: 'not-found',
      field: 'subtree',
      says: 'no such CIDR',
    })
  })
})

describe('a guessed link', () => {
  test('is guessed a few times only', async () => {
    for (let i = 0; i < 20; i += 1)
      await enter(`guess-${i}`)
        .look()
        .catch(() => {})
    await refused(enter('guess').look(), { kind: 'too-many', says: 'try again' })
  })
})

describe('the last owner', () => {
  const about = { kind: 'rule-broken', field: 'userId', says: 'anna is the last owner' } as const

  test('is not removed, disabled or demoted', async () => {
    const { id } = await person('anna', 'owner')
    await person('bert', 'admin')
    await refused(removePerson(world.ctx, { userId: id }), about)
    await refused(setPersonDisabled(world.ctx, { userId: id, disabled: true }), about)
    await refused(editPerson(world.ctx, { userId: id, role: 'admin', subtree: null }), about)
    expect(await listPeople(world)).toMatchObject([{ role: 'owner', disabledAt: null }, { name: 'bert' }])
    expect(await kinds()).toEqual([])
  })

  test('is not who is disabled, nor who never set a password', async () => {
    const { id } = await person('anna', 'owner')
    const bert = await person('bert', 'owner')
    await setPersonDisabled(world.ctx, { userId: bert.id, disabled: true })
    await addPerson(world.ctx, { name: 'cleo', role: 'owner', subtree: null })
    await refused(removePerson(world.ctx, { userId: id }), about)
    await setPersonDisabled(world.ctx, { userId: bert.id, disabled: false })
    await removePerson(world.ctx, { userId: id })
    expect((await listPeople(world)).map(({ name }) => name)).toEqual(['bert', 'cleo'])
  })

  test('stays, when two owners remove each other at once', async () => {
    const [anna, bert] = [await person('anna', 'owner'), await person('bert', 'owner')]
    const both = await Promise.allSettled([anna, bert].map(({ id }) => removePerson(world.ctx, { userId: id })))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await world.db.prisma.user.count({ where: { role: 'owner' } })).toBe(1)
  })
})

describe('rights that change', () => {
  test('count from the next request on, by session and by token', async () => {
    await person('anna', 'owner')
    const { id } = await person('bert', 'admin')
    const [session, token] = [await signedIn(id), await withToken(id)]
    expect(await session()).toMatchObject({ role: 'admin', onlyNetwork: null })
    await editPerson(world.ctx, { userId: id, role: 'viewer', subtree: null })
    expect(await session()).toMatchObject({ role: 'viewer' })
    expect(await token()).toMatchObject({ role: 'viewer', via: 'token' })
    const subtree = { networkId: plan.id, cidrId: plan.infra }
    await editPerson(world.ctx, { userId: id, role: 'admin', subtree })
    expect(await session()).toMatchObject({ role: 'admin', subtree, onlyNetwork: plan.id })
    expect(await token()).toMatchObject({ role: 'admin', subtree, onlyNetwork: plan.id })
  })

  test('shut a disabled person out, and rest their tokens', async () => {
    await person('anna', 'owner')
    const { id } = await person('bert', 'admin')
    const [session, token] = [await signedIn(id), await withToken(id)]
    await setPersonDisabled(world.ctx, { userId: id, disabled: true })
    expect(await session()).toBeNull()
    expect(await token()).toBeNull()
    await setPersonDisabled(world.ctx, { userId: id, disabled: false })
    expect(await session()).toBeNull()
    expect(await token()).toMatchObject({ role: 'admin' })
  })

  test('sign a person out everywhere, and tell how many that were', async () => {
    const { id } = await person('bert')
    const sessions = [await signedIn(id), await signedIn(id)]
    expect(await endSessions(world.ctx, { userId: id })).toEqual({ ended: 2 })
    for (const session of sessions) expect(await session()).toBeNull()
  })

  test('leave nothing of who is removed but what they did, and their trial', async () => {
    await person('anna', 'owner')
    const { id, name } = await person('bert', 'admin')
    const [session, token] = [await signedIn(id), await withToken(id)]
    const ctx = { ...world.ctx, actor: { kind: 'user', id, name } as const }
    const about = { networkId: plan.id, cidrId: plan.root, name: 'cam', kind: 'agent', isAdmin: false } as const
    const { peer } = await createPeer(ctx, { ...about, publicKey: newKey() })
    await setPeerEnabled(ctx, { networkId: plan.id, peerId: peer.id, enabled: false, confirmWithinS: 60 })
    await removePerson(world.ctx, { userId: id })
    expect(await session()).toBeNull()
    expect(await token()).toBeNull()
    expect(await world.db.prisma.trial.findMany({ where: { networkId: plan.id, state: 'open' } })).toHaveLength(1)
    const last = await world.db.prisma.change.findFirst({
      where: { networkId: plan.id },
      orderBy: { revision: 'desc' },
    })
    expect(last?.actor).toEqual({ kind: 'user', id, name: 'bert' })
    expect(await listEvents(world, { limit: 1 })).toMatchObject([{ kind: 'person.removed', about: { name: 'bert' } }])
  })

  test('keep the CIDR to which somebody is bound', async () => {
    const cidr = await createCidr(world.ctx, {
      networkId: plan.id,
      parentId: plan.root,
      name: 'lab',
      prefix: at(plan, '200.0/24'),
      isolated: false,
    })
    const { userId } = await addPerson(world.ctx, {
      name: 'bert',
      role: 'admin',
      subtree: { networkId: plan.id, cidrId: cidr.id },
    })
    const about = { networkId: plan.id, cidrId: cidr.id }
    await refused(deleteCidr(world.ctx, about), { kind: 'conflict', field: 'subtree', says: 'bound to this CIDR' })
    await editPerson(world.ctx, { userId, role: 'admin', subtree: null })
    await deleteCidr(world.ctx, about)
  })
})

describe('a stream on which nothing happens', () => {
  const silence = async function* (signal: AbortSignal): AsyncGenerator<never> {
    if (!signal.aborted) await once(signal, 'abort')
    yield* []
  }
  const listening = async (id: number) => {
    const whoAsks = await signedIn(id)
    const asker = await whoAsks()
    if (!asker) throw new Error('a session did not begin')
    return whileAllowed({ db: world.db, source: '', whoAsks, asker }, undefined, silence)
  }

  test('ends within seconds for who is signed out, and for whose rights have changed', async () => {
    await person('anna', 'owner')
    const [bert, cleo] = [await person('bert', 'admin'), await person('cleo', 'admin')]
    const streams = [await listening(bert.id), await listening(cleo.id)]
    const ended = Promise.all(streams.map((stream) => stream.next()))
    await endSessions(world.ctx, { userId: bert.id })
    await editPerson(world.ctx, { userId: cleo.id, role: 'viewer', subtree: null })
    expect(await ended).toMatchObject([{ done: true }, { done: true }])
  })
})

describe('a token', () => {
  test('is nobody’s when it has expired, was revoked, or is another one', async () => {
    const { id } = await person('bert', 'admin')
    const token = await withToken(id, 'viewer', new Date(Date.now() + 60_000))
    expect(await token()).toMatchObject({ role: 'viewer', via: 'token', sessionId: null })
    expect(await token(new Date(Date.now() + 61_000))).toBeNull()
    expect(await askerOfToken(world.db, `${newToken().token}`, new Date())).toBeNull()
    await world.db.prisma.apiToken.deleteMany()
    expect(await token()).toBeNull()
  })

  test('notes when it was last used, once a minute at most', async () => {
    const { id } = await person('bert')
    const token = await withToken(id)
    const usedAt = async () => (await world.db.prisma.apiToken.findFirst({ where: { userId: id } }))?.usedAt?.getTime()
    const now = Date.now()
    await token(new Date(now))
    expect(await usedAt()).toBe(now)
    await token(new Date(now + 30_000))
    expect(await usedAt()).toBe(now)
    await token(new Date(now + 61_000))
    expect(await usedAt()).toBe(now + 61_000)
  })
})
