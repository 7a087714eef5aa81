import { TRPCError } from '@trpc/server'
import { Refusal, type Role, type Subtree } from '@warren/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { adminRouter } from '~/server/admin-router.ts'
import { askerOfToken, newToken } from '~/server/auth/bearer.ts'
import { askerOf } from '~/server/auth/claims.ts'
import { openSession } from '~/server/auth/open-session.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import type { Asker, Ctx } from '~/server/ctx.ts'
import { appRouter } from '~/server/router.ts'
import { createCallerFactory } from '~/server/trpc.ts'
import { accessTable, fresh, type Input, passwordHash, type Someone, type Spot } from './access-table.ts'
import { at, openWorld, plant, stateOf, type World } from './world.ts'

/*
 * Walks every procedure of every router, for everybody who may knock: nobody, people of each role by their session and by
 * a token, an admin of one subtree, and admin peers; about their own things and about foreign ones.
 */

let world: World
let ctx: Ctx
/** Two networks, and in each a subtree with an admin bound to it. */
let own: Place
let other: Place
let table: ReturnType<typeof accessTable>

type Place = { whole: Spot; inside: Spot; subtree: Subtree }

const paths = Object.keys(appRouter._def.procedures)
const overMesh = new Set(Object.keys(adminRouter._def.procedures))

beforeAll(async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://localhost/x')
  vi.stubEnv('NEXTAUTH_URL', 'http://127.0.0.1:3000')
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of no importance, long enough')
  world = await openWorld()
  ctx = world.ctx
  own = await place()
  other = await place()
  table = accessTable({ ctx, someone })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world.stop()
})

async function place(): Promise<Place> {
  const plan = await plant(ctx)
  const add = (parentId: number, prefix: string) =>
    createCidr(ctx, { networkId: plan.id, parentId, name: fresh('sub'), prefix: at(plan, prefix), isolated: false })
  const sub = await add(plan.root, '64.0/19')
  const nest = await add(sub.id, '64.0/24')
  const free = (first: number) => {
    let used = 0
    return () => {
      used += 1
      return at(plan, `${first + (used >> 4)}.${(used & 15) * 16}/28`)
    }
  }
  return {
    whole: { plan, parent: plan.root, other: plan.infra, free: free(128) },
    inside: { plan, parent: sub.id, other: nest.id, free: free(65) },
    subtree: { networkId: plan.id, cidrId: sub.id },
  }
}

/** A new person with a session. */
async function someone(role: Role, subtree: Subtree | null = null): Promise<Someone> {
  const bound = { subtreeNetworkId: subtree?.networkId ?? null, subtreeCidrId: subtree?.cidrId ?? null }
  const data = { name: fresh(role), role, passwordHash: await passwordHash, ...bound }
  const { id } = await world.db.prisma.user.create({ data })
  const claims = await openSession(world.db, { id, epoch: 0 }, { source: '192.0.2.1', browser: '' })
  const asker = await askerOf(world.db, claims, { now: new Date() })
  if (!asker) throw new Error('a session did not begin')
  return { id, asker, subtree, sessionId: claims.sid }
}

/** The same person as a program with a token of theirs; its role is an owner's, so that the person's decides. */
async function byToken(me: Someone): Promise<Someone> {
  const { token, hash } = newToken()
  await world.db.prisma.apiToken.create({ data: { userId: me.id, name: hash, hash, role: 'owner' } })
  const asker = await askerOfToken(world.db, token, new Date())
  if (!asker) throw new Error('a token was not known')
  return { ...me, asker }
}

const meshAdmin = ({ plan }: Spot): Asker => ({
  actor: { kind: 'peer', id: plan.hub, name: 'admin-peer' },
  role: 'admin',
  subtree: null,
  onlyNetwork: plan.id,
  via: 'mesh',
  sessionId: null,
})

async function call(path: string, asker: Asker | null, input?: Input): Promise<unknown> {
  const abort = new AbortController()
  const caller = createCallerFactory(appRouter)(
    { db: world.db, source: fresh('source'), whoAsks: async () => asker },
    { signal: abort.signal },
  )
  const [noun = '', verb = ''] = path.split('.')
  // The table is checked against the router, so both names exist.
  const procedure = (caller as unknown as Record<string, Record<string, (input?: Input) => Promise<unknown>>>)[noun]?.[
    verb
  ]
  const answer = await procedure?.(input)
  if (!isStream(answer)) return answer
  const first = await answer[Symbol.asyncIterator]().next()
  abort.abort()
  return first
}

const isStream = (answer: unknown): answer is AsyncIterable<unknown> =>
  typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer

/** How a call was refused, or null when it was not. */
async function refusalOf(work: Promise<unknown>): Promise<Refusal | null> {
  try {
    await work
    return null
  } catch (error) {
    if (error instanceof TRPCError && error.cause instanceof Refusal) return error.cause
    throw error
  }
}

/** Whether somebody got past the rights: what these few refuse then is the input, which has no good one here. */
const letIn: Record<string, string> = {
  'setup.createOwner': 'forbidden null',
  'welcome.look': 'expired token',
  'welcome.accept': 'expired token',
  'account.confirmTotp': 'expired null',
  'account.renewRecovery': 'rule-broken null',
}
function expectIn(path: string, refusal: Refusal | null): void {
  expect(refusal && `${refusal.kind} ${refusal.field}`).toBe(letIn[path] ?? null)
}

async function expectOut(path: string, me: Someone, input: Input | undefined): Promise<void> {
  const before = await everything()
  expect((await refusalOf(call(path, me.asker, input)))?.kind).toBe('forbidden')
  expect(await everything()).toEqual(before)
}

/** What no refused call may change. */
const everything = async () => [
  await stateOf(ctx, own.whole.plan.id),
  await stateOf(ctx, other.whole.plan.id),
  await world.db.prisma.consoleEvent.count(),
]

const roles = ['viewer', 'admin', 'owner'] as const
const rank = (role: Role | 'nobody') => ['nobody', ...roles].indexOf(role)

test('every procedure stands in the table, and nothing else does', () => {
  expect(Object.keys(table).sort()).toEqual([...paths].sort())
})

test('what is served over the mesh is part of what the browser may ask, without what concerns people', () => {
  const rest = paths.filter((path) => !/^(setup|session|live|account|people|welcome)\./.test(path))
  expect([...overMesh].sort()).toEqual(rest.sort())
})

describe.each(paths)('%s', (path) => {
  const entryOf = () => {
    const entry = table[path]
    if (!entry) throw new Error(`${path} is not in the table`)
    return entry
  }

  test(`${path} is closed to nobody in particular, unless it is public`, async () => {
    const entry = entryOf()
    const input = await entry.input?.(own.whole, await someone('owner'))
    const refusal = await refusalOf(call(path, null, input))
    if (entry.least === 'nobody') expectIn(path, refusal)
    else expect(refusal?.kind).toBe('not-signed-in')
  })

  test.each(roles)(`for ${path}, the role %s is let in or refused as the table says`, async (role) => {
    const entry = entryOf()
    const me = await someone(role)
    const input = await entry.input?.(own.whole, me)
    if (rank(role) < rank(entry.least)) await expectOut(path, me, input)
    else expectIn(path, await refusalOf(call(path, me.asker, input)))
  })

  test.each(roles)(`for ${path}, a token of the role %s is let in or refused as the table says`, async (role) => {
    const entry = entryOf()
    const me = await byToken(await someone(role))
    const input = await entry.input?.(own.whole, me)
    if (rank(role) < rank(entry.least) || entry.inPerson) await expectOut(path, me, input)
    else expectIn(path, await refusalOf(call(path, me.asker, input)))
  })

  test.each([
    ['session', async (me: Someone) => me],
    ['token', byToken],
  ] as const)(`${path} keeps an admin of one subtree inside of it, by %s`, async (via, as) => {
    const entry = entryOf()
    const me = await as(await someone('admin', own.subtree))
    const inside = await entry.input?.(own.inside, me)
    if (entry.subtree === 'never' || (entry.inPerson && via === 'token')) await expectOut(path, me, inside)
    else expectIn(path, await refusalOf(call(path, me.asker, inside)))
    if (entry.subtree !== 'inside') return

    await expectOut(path, me, await entry.input?.(own.whole, me))
    for (const input of (await entry.crossing?.(own.inside, own.whole)) ?? []) await expectOut(path, me, input)
  })

  test(`${path} finds nothing that belongs elsewhere, and says no more than that`, async () => {
    const entry = entryOf()
    const me = await someone('owner')
    const inputs = (await entry.foreign?.(own.whole, other.whole)) ?? []
    const before = await everything()
    for (const input of inputs) {
      const refusal = await refusalOf(call(path, me.asker, input))
      expect(refusal?.kind).toBe('not-found')
      expect(refusal?.message).toMatch(/^There is no such \w+ (in this network|of yours)\.$/)
    }
    expect(await everything()).toEqual(before)
    const input = (await entry.input?.(own.whole, me)) ?? {}
    const names = Object.keys(input).filter((key) => /^(?!network|user|confirm).*Ids?$|^[ab]$|^invitations$/.test(key))
    if (path !== 'account.setOwnPeer') expect(inputs.length > 0).toBe(names.length > 0)
  })

  test.each([
    ['an admin peer of another network', async () => meshAdmin(other.whole)],
    ['an admin of a subtree of another network', async () => (await someone('admin', other.subtree)).asker],
  ])(`${path} is closed to %s`, async (_who, asks) => {
    const entry = entryOf()
    const asker = await asks()
    const input = await entry.input?.(own.inside, await someone('owner'))
    const before = await everything()
    if (input && 'networkId' in input) {
      const refusal = await refusalOf(call(path, asker, input))
      expect(refusal).toMatchObject({ kind: 'not-found', message: 'There is no such network.' })
    } else if (path === 'network.list') {
      expect(await call(path, asker)).toMatchObject([{ id: other.whole.plan.id }])
    } else if (path === 'live.events') {
      expect(await call(path, asker)).toMatchObject({ value: { networkId: other.whole.plan.id } })
    } else if (entry.least === 'owner' || (entry.inPerson && asker.via === 'mesh')) {
      expect(await refusalOf(call(path, asker, input))).toMatchObject({ kind: 'forbidden' })
    } else if (path === 'account.setOwnPeer') {
      expect(await refusalOf(call(path, asker, input))).toMatchObject({ kind: 'not-found' })
    } else if (path === 'account.findPeers') {
      expect(JSON.stringify(await call(path, asker, input))).not.toContain(own.whole.plan.network.name)
    } else {
      expect(path).toMatch(/^(setup|session|welcome|account)\./)
    }
    expect(await everything()).toEqual(before)
  })
})

describe('an input that is not one', () => {
  test.each([
    ['cidr.create', { name: 'Ops' }, 'name', 'lower-case letters only: write ops'],
    ['cidr.create', { prefix: '10.1.5.9/24' }, 'prefix', '10.1.5.0/24'],
    ['cidr.create', { prefix: '10.1.0/24' }, 'prefix', '10.1.0'],
    ['cidr.create', { prefix: undefined }, 'prefix', 'prefix is missing.'],
    ['cidr.create', { parentId: 'root' }, 'parentId', 'parentId is not usable'],
    ['peer.create', { publicKey: 'short' }, 'publicKey', 'WireGuard public key'],
    ['peer.create', { address: '10.1.5.999' }, 'address', '999'],
    ['network.create', { endpoint: '203.0.113.7' }, 'endpoint', 'write host:port'],
    ['network.create', { listenPort: 70_000 }, 'listenPort', 'from 1 to 65535'],
    ['network.create', { interface: 'much-too-long-for-linux' }, 'interface', '15 characters'],
    ['setup.createOwner', { password: 'short' }, 'password', 'at least 10 characters'],
    ['network.state', { networkId: undefined }, 'networkId', 'networkId is missing.'],
  ])('%s with %o is refused at the field, in one sentence', async (path, wrong, field, says) => {
    const me = await someone('owner')
    const input = { ...(await table[path]?.input?.(own.whole, me)), ...wrong }
    const refusal = await refusalOf(call(path, me.asker, input))
    expect(refusal).toMatchObject({ kind: 'bad-input', field })
    expect(refusal?.message).toContain(says)
  })

  test('a field that nobody asked for is refused', async () => {
    const { asker } = await someone('viewer')
    const input = { networkId: own.whole.plan.id, secretHash: true }
    const refusal = await refusalOf(call('network.state', asker, input))
    expect(refusal).toMatchObject({ kind: 'bad-input' })
  })
})
