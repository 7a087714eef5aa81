import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { authOptions } from '~/server/auth/options.ts'
import { hashPassword } from '~/server/auth/password.ts'
import { askNextAuth, pairOf, signIn } from './nextauth-call.ts'
import { openWorld, type Plan, plant, stateOf, type World } from './world.ts'

const PASSWORD = 'correct horse battery'
const HOST = 'console.test:3000'
const COOKIE = 'next-auth.session-token'
const FROM = { source: '192.0.2.1', browser: 'a test' }

let world: World
let plan: Plan
let ask: (path: string, init?: RequestInit) => Promise<Response>

beforeAll(async () => {
  world = await openWorld()
  plan = await plant(world.ctx)
  vi.stubEnv('DATABASE_URL', world.db.url)
  vi.stubEnv('NEXTAUTH_URL', `http://${HOST}`)
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of no importance, long enough')
  globalThis.warrenWebDb = world.db
  const passwordHash = await hashPassword(PASSWORD)
  await world.db.prisma.user.create({ data: { name: 'anna', passwordHash, role: 'owner' } })
  const route = await import('~/app/api/trpc/[trpc]/route.ts')
  ask = (path, { headers, ...init } = {}) =>
    route.POST(new Request(`http://${HOST}/api/trpc/${path}`, { ...init, headers: { host: HOST, ...headers } }))
})
afterEach(() => vi.restoreAllMocks())
afterAll(async () => {
  vi.unstubAllEnvs()
  globalThis.warrenWebDb = undefined
  await world.stop()
})

let session: { name: string; value: string; header: string } | undefined
/** Anna's session; hashing a password for each test would take longer than the tests. */
const signedIn = async () => {
  if (session) return session
  const { cookies } = await signIn(authOptions(world.db, FROM), { name: 'anna', password: PASSWORD })
  const [name, value] = pairOf(cookies.get(COOKIE) ?? '')
  session = { name, value, header: `${name}=${value}` }
  return session
}
const query = (path: string, cookie: string | null, input?: unknown) =>
  ask(`${path}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`, {
    headers: cookie === null ? {} : { cookie },
  })
const edit = (cookie: string, headers: Record<string, string>, body = { networkId: plan.id, invitationHours: 77 }) =>
  ask('network.edit', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', cookie, ...headers },
  })
const refusal = async (response: Response) => {
  const { error } = await response.json()
  return { status: response.status, message: error.message, ...error.data.refusal }
}

describe('signing in through NextAuth', () => {
  test('sets a cookie that scripts cannot read and other sites do not send', async () => {
    const { cookies, url } = await signIn(authOptions(world.db, FROM), { name: 'anna', password: PASSWORD })
    const cookie = cookies.get(COOKIE)
    expect(url?.searchParams.get('error') ?? null).toBeNull()
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=(Lax|Strict)/i)
    expect(cookie).toMatch(/; Path=\//)
    const hours = (Date.parse(/Expires=([^;]+)/.exec(cookie ?? '')?.[1] ?? '') - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(11.9)
    expect(hours).toBeLessThanOrEqual(12)
  })

  test('over https the cookie is sent over nothing else', async () => {
    vi.resetModules()
    vi.stubEnv('NEXTAUTH_URL', 'https://console.test')
    const fresh = await import('~/server/auth/options.ts')
    const { cookies } = await signIn(fresh.authOptions(world.db, FROM), { name: 'anna', password: PASSWORD })
    expect(cookies.get(`__Secure-${COOKIE}`)).toMatch(/; Secure/)
    vi.stubEnv('NEXTAUTH_URL', `http://${HOST}`)
  })

  test('refused, sets none and hands the sentence to the page', async () => {
    const { cookies, url, status } = await signIn(authOptions(world.db, FROM), { name: 'anna', password: 'wrong' })
    expect(status).toBe(401)
    expect(cookies.has(COOKIE)).toBe(false)
    expect(url?.searchParams.get('error')).toBe('That name and password do not belong together.')
  })

  test('limits by where the request came from', async () => {
    const options = authOptions(world.db, { ...FROM, source: '203.0.113.99' })
    const guess = async (i: number) => {
      const given = { name: `nobody-${i}`, password: 'x' }
      return (await signIn(options, given)).url?.searchParams.get('error') ?? ''
    }
    const now = new Date()
    const { attempt } = await import('~/server/auth/attempts.ts')
    const failed = { what: 'login', name: 'x', source: '203.0.113.99', now } as const
    for (let i = 0; i < 19; i += 1) await attempt(world.db, { ...failed, name: `x-${i}` }, async () => null)
    expect(await guess(1)).toContain('do not belong together')
    expect(await guess(2)).toMatch(/too many failed attempts; try again in 15 minutes/)
  })

  test('a session tells NextAuth’s client no more than the name', async () => {
    const { name, value } = await signedIn()
    const { body } = await askNextAuth(authOptions(world.db, FROM), {
      method: 'GET',
      path: ['session'],
      cookies: { [name]: value },
    })
    expect(body).toEqual({ user: { name: 'anna' }, expires: expect.any(String) })
  })
})

describe('the browser’s router over HTTP', () => {
  test('answers who is signed in, and refuses who is not', async () => {
    const { header } = await signedIn()
    expect(await (await query('session.me', header)).json()).toMatchObject({ result: { data: { name: 'anna' } } })
    expect(await (await query('network.list', header)).json()).toMatchObject({ result: { data: [{ id: plan.id }] } })
    for (const cookie of [null, `${COOKIE}=forged`, `${header}x`]) {
      expect(await refusal(await query('network.list', cookie))).toMatchObject({ status: 401, kind: 'not-signed-in' })
    }
  })

  test('a person who was disabled is out with their next request', async () => {
    const { header } = await signedIn()
    expect((await query('network.list', header)).status).toBe(200)
    await world.db.prisma.user.update({ where: { name: 'anna' }, data: { disabledAt: new Date() } })
    expect(await refusal(await query('network.list', header))).toMatchObject({ status: 401, kind: 'not-signed-in' })
    await world.db.prisma.user.update({ where: { name: 'anna' }, data: { disabledAt: null } })
  })

  test('a token signed with another secret is nobody’s', async () => {
    const { encode } = await import('next-auth/jwt')
    const token = await encode({ token: { sub: '1', epoch: 0, since: Date.now() / 1000 }, secret: 'another secret' })
    expect((await query('network.list', `${COOKIE}=${token}`)).status).toBe(401)
  })

  test.each([
    ['from its own page', { 'sec-fetch-site': 'same-origin', origin: `http://${HOST}` }],
    ['from its own page in a browser that says no more than the origin', { origin: `http://${HOST}` }],
    ['from a program', {}],
  ])('takes a change %s', async (_where, headers) => {
    const { header } = await signedIn()
    expect((await edit(header, headers)).status).toBe(200)
  })

  test.each([
    ['another site', 403, { 'sec-fetch-site': 'cross-site', origin: 'http://evil.test' }],
    ['another port of the same machine', 403, { 'sec-fetch-site': 'same-site', origin: 'http://console.test:8080' }],
    ['another site, by an old browser', 403, { origin: 'http://evil.test' }],
    ['a frame without an origin', 403, { origin: 'null' }],
    ['a form', 415, { 'content-type': 'text/plain' }],
    ['a form with files', 403, { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('refuses a change from %s', async (_where, status, headers: Record<string, string>) => {
    const { header } = await signedIn()
    const before = await stateOf(world.ctx, plan.id)
    const answer = await edit(header, headers, { networkId: plan.id, invitationHours: 3 })
    expect(answer.status).toBe(status)
    expect(await stateOf(world.ctx, plan.id)).toEqual(before)
  })

  test.each([
    ['longer than any of ours', { 'content-length': '2000000' }],
    ['in pieces of unknown number', { 'transfer-encoding': 'chunked' }],
  ])('refuses a body %s', async (_what, headers: Record<string, string>) => {
    const answer = await edit((await signedIn()).header, headers)
    expect(await refusal(answer)).toMatchObject({ status: 403, message: 'This request is too long to be one of ours.' })
  })

  test('names the field and the reason of a refusal', async () => {
    const { header } = await signedIn()
    const answer = await edit(header, {}, { networkId: plan.id, invitationHours: 0 })
    expect(await refusal(answer)).toEqual({
      status: 400,
      message: 'An invitation lives at least 1 hour.',
      kind: 'bad-input',
      field: 'invitationHours',
    })
  })

  test('says nothing about a bug, and logs it', async () => {
    const { header } = await signedIn()
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    await world.db.pool.query('ALTER TABLE hub_status RENAME TO mislaid')
    const answer = await query('network.state', header, { networkId: plan.id })
    await world.db.pool.query('ALTER TABLE mislaid RENAME TO hub_status')
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(JSON.parse(text).error.message).toBe('Something went wrong on our side.')
    expect(text).not.toMatch(/hub_status|prisma|stack|\.ts/i)
    expect(log).toHaveBeenCalledWith('network.state failed:', expect.anything())
  })

  test('streams events to who is signed in', async () => {
    const { header } = await signedIn()
    const abort = new AbortController()
    const answer = await ask('live.events', {
      headers: { cookie: header, accept: 'text/event-stream' },
      signal: abort.signal,
    })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    while (reader && !text.includes('"kind":"change"')) {
      const { value, done } = await reader.read()
      if (done) break
      text += value
    }
    expect(text).toContain(`"networkId":${plan.id}`)
    abort.abort()
    await reader?.cancel()
  })

  test('refuses the stream to who is not', async () => {
    const answer = await ask('live.events', { headers: { accept: 'text/event-stream' } })
    expect(await answer.text()).toContain('not-signed-in')
  })
})
