import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { authOptions } from '~/server/auth/options.ts'
import { askNextAuth, pairOf } from './nextauth-call.ts'
import { type Claims, type Provider, startProvider } from './oidc-provider.ts'
import { openWorld, type World } from './world.ts'

const COOKIE = 'next-auth.session-token'
const FROM = { source: '192.0.2.1', browser: 'a test' }
const MAIL = { email: 'bert@example.org', email_verified: true }

let world: World
let provider: Provider
let makeOptions: typeof authOptions

beforeAll(async () => {
  world = await openWorld()
  provider = await startProvider()
  vi.stubEnv('DATABASE_URL', world.db.url)
  vi.stubEnv('NEXTAUTH_URL', 'http://console.test:3000')
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of no importance, long enough')
  vi.stubEnv('WARREN_OIDC_ISSUER', provider.issuer)
  vi.stubEnv('WARREN_OIDC_CLIENT_ID', provider.clientId)
  vi.stubEnv('WARREN_OIDC_CLIENT_SECRET', provider.clientSecret)
})
beforeEach(async () => {
  await world.db.prisma.consoleEvent.deleteMany()
  await world.db.prisma.user.deleteMany()
  provider.forged = {}
  await configure({})
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await provider.close()
  await world.stop()
})

/** The environment is read once for each process: a fresh module is a fresh process. */
async function configure(variables: Record<string, string>): Promise<void> {
  for (const name of ['CLAIM', 'ALLOW_DOMAIN', 'ROLE']) vi.stubEnv(`WARREN_OIDC_${name}`, '')
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  vi.resetModules()
  makeOptions = (await import('~/server/auth/options.ts')).authOptions
}

const person = (name: string, more: object = {}) =>
  world.db.prisma.user.create({ data: { name, role: 'admin', ...more } })
const users = () => world.db.prisma.user.findMany({ select: { name: true, role: true, oidcSubject: true } })

type Landing = { cookie: string | null; path: string }
type Twist = (callback: URL, cookies: Record<string, string>) => void

/** Goes through the whole flow as a browser does; `twist` tampers with what comes back from the provider. */
async function signIn(claims: Claims, twist: Twist = () => {}): Promise<Landing> {
  provider.next = claims
  const options = makeOptions(world.db, FROM)
  const csrf = await askNextAuth(options, { method: 'GET', path: ['csrf'] })
  const cookies = Object.fromEntries([...csrf.cookies.values()].map(pairOf))
  const { csrfToken } = csrf.body as { csrfToken: string }
  const away = await askNextAuth(options, { method: 'POST', path: ['signin', 'oidc'], body: { csrfToken }, cookies })
  Object.assign(cookies, Object.fromEntries([...away.cookies.values()].map(pairOf)))
  const answer = await fetch(away.url ?? '', { redirect: 'manual' })
  const callback = new URL(answer.headers.get('location') ?? '')
  twist(callback, cookies)
  const back = await askNextAuth(options, {
    method: 'GET',
    path: ['callback', 'oidc'],
    cookies,
    query: Object.fromEntries(callback.searchParams),
  })
  const path = back.url ? `${back.url.pathname}${back.url.search}` : ''
  return { cookie: back.cookies.get(COOKIE) ?? null, path }
}

const nobody = { cookie: null }

describe('who comes by the provider', () => {
  test('is linked to the person of that name, and known by the subject from then on', async () => {
    const { id } = await person('bert@example.org')
    expect((await signIn({ sub: 'b-1', ...MAIL })).cookie).toContain(COOKIE)
    expect(await users()).toEqual([{ name: 'bert@example.org', role: 'admin', oidcSubject: `${provider.issuer} b-1` }])
    expect((await signIn({ sub: 'b-1', email: 'other@example.org' })).cookie).toContain(COOKIE)
    expect(await world.db.prisma.session.count({ where: { userId: id } })).toBe(2)
    expect(await world.db.prisma.consoleEvent.findMany()).toMatchObject([{ kind: 'oidc.linked' }])
  })

  test('is refused when nobody added them, and nothing of them is kept', async () => {
    expect(await signIn({ sub: 'm-1', ...MAIL })).toMatchObject({ ...nobody, path: '/login?error=oidc-unknown' })
    expect(await users()).toEqual([])
  })

  test('does not take over a name that another subject is linked to', async () => {
    await person('bert@example.org', { oidcSubject: `${provider.issuer} b-1` })
    expect(await signIn({ sub: 'm-1', ...MAIL })).toMatchObject({ ...nobody, path: '/login?error=oidc-taken' })
    expect(await users()).toMatchObject([{ oidcSubject: `${provider.issuer} b-1` }])
  })

  test('does not get in with an address that the provider has not verified', async () => {
    await person('bert@example.org')
    const unverified = { sub: 'm-1', email: 'bert@example.org' }
    expect(await signIn(unverified)).toMatchObject({ ...nobody, path: '/login?error=oidc-name' })
    expect(await signIn({ ...unverified, email_verified: false })).toMatchObject(nobody)
    expect(await users()).toMatchObject([{ oidcSubject: null }])
  })

  test('is refused while disabled, linked or not', async () => {
    const disabledAt = new Date()
    await person('bert@example.org', { disabledAt })
    expect(await signIn({ sub: 'b-1', ...MAIL })).toMatchObject({ ...nobody, path: '/login?error=oidc-disabled' })
    await world.db.prisma.user.updateMany({ data: { oidcSubject: `${provider.issuer} b-1` } })
    expect(await signIn({ sub: 'b-1', ...MAIL })).toMatchObject({ ...nobody, path: '/login?error=oidc-disabled' })
  })

  test('of many at once for one name, the first subject is linked', async () => {
    await person('bert@example.org')
    provider.next = { sub: 'b-1', ...MAIL }
    const all = await Promise.all([signIn({ sub: 'b-1', ...MAIL }), signIn({ sub: 'b-1', ...MAIL })])
    expect(all.some(({ cookie }) => cookie !== null)).toBe(true)
    expect(await users()).toMatchObject([{ oidcSubject: `${provider.issuer} b-1` }])
  })
})

describe('with a domain that may come in', () => {
  test('who has a verified address there is added, with the role that was set', async () => {
    await configure({ WARREN_OIDC_ALLOW_DOMAIN: 'example.org' })
    expect((await signIn({ sub: 'b-1', ...MAIL })).cookie).toContain(COOKIE)
    await configure({ WARREN_OIDC_ALLOW_DOMAIN: 'example.org', WARREN_OIDC_ROLE: 'admin' })
    await signIn({ sub: 'c-1', email: 'cleo@Example.ORG', email_verified: true })
    expect(await users()).toMatchObject([
      { name: 'bert@example.org', role: 'viewer' },
      { name: 'cleo@Example.ORG', role: 'admin' },
    ])
  })

  test.each([
    ['another domain', { email: 'm@evil.org', email_verified: true }],
    ['a domain that only ends alike', { email: 'm@notexample.org', email_verified: true }],
    ['a domain in front of another', { email: 'm@example.org.evil.org', email_verified: true }],
    ['an address that is not verified', { email: 'm@example.org', email_verified: false }],
  ])('%s is not it', async (_what, claims) => {
    await configure({ WARREN_OIDC_ALLOW_DOMAIN: 'example.org' })
    expect(await signIn({ sub: 'm-1', ...claims })).toMatchObject(nobody)
    expect(await users()).toEqual([])
  })
})

test('another claim can be the one that names a person', async () => {
  await configure({ WARREN_OIDC_CLAIM: 'preferred_username' })
  await person('bert')
  expect((await signIn({ sub: 'b-1', preferred_username: 'bert' })).cookie).toContain(COOKIE)
  expect(await signIn({ sub: 'm-1', preferred_username: 'an\u0000na' })).toMatchObject(nobody)
})

describe('what comes back from the provider', () => {
  const bert = { sub: 'b-1', ...MAIL }
  test.each<[string, Twist]>([
    ['another state', (callback) => callback.searchParams.set('state', 'forged')],
    ['no state', (callback) => callback.searchParams.delete('state')],
    ['a code of somebody else', (callback) => callback.searchParams.set('code', 'forged')],
    [
      'the answer to another browser’s question',
      (_callback, cookies) => {
        for (const name of Object.keys(cookies)) if (/pkce|state|nonce/.test(name)) delete cookies[name]
      },
    ],
  ])('with %s lets nobody in', async (_what, twist) => {
    await person('bert@example.org')
    expect(await signIn(bert, twist)).toMatchObject(nobody)
    expect(await users()).toMatchObject([{ oidcSubject: null }])
  })

  test.each<[string, Claims]>([
    ['another nonce', { nonce: 'forged' }],
    ['another audience', { aud: 'someone-else' }],
    ['another issuer', { iss: 'https://evil.example' }],
  ])('as a token with %s lets nobody in', async (_what, forged) => {
    await person('bert@example.org')
    provider.forged = forged
    expect(await signIn(bert)).toMatchObject(nobody)
    expect(await users()).toMatchObject([{ oidcSubject: null }])
  })
})

describe('half a provider', () => {
  test('is refused at the start, with what is missing', async () => {
    const { readEnv } = await import('~/server/env.ts')
    const whole = {
      DATABASE_URL: 'postgresql://localhost/x',
      NEXTAUTH_SECRET: 'x'.repeat(32),
      NEXTAUTH_URL: 'http://127.0.0.1:3000',
      WARREN_OIDC_ISSUER: 'https://login.example.org',
    }
    expect(() => readEnv(whole)).toThrow(/WARREN_OIDC_CLIENT_ID is missing[\s\S]*WARREN_OIDC_CLIENT_SECRET is missing/)
    expect(() => readEnv({ ...whole, WARREN_OIDC_ISSUER: 'http://login.example.org' })).toThrow(/not an https/)
    expect(() => readEnv({ ...whole, WARREN_OIDC_ROLE: 'owner' })).toThrow(/viewer or admin/)
  })
})
