import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { type Db, migrate, openDb } from '@warren/db'
import { startDatabase } from '@warren/db/server'
import { execa } from 'execa'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { createOwner } from '../../apps/console/src/server/setup/create-owner.ts'
import { openSetUp } from '../../apps/console/src/server/setup/open-set-up.ts'
import { until } from '../lab/until.ts'

const root = path.resolve(import.meta.dirname, '../..')
const next = path.join(root, 'node_modules/next/dist/bin/next')
const app = path.join(root, 'apps/console')

/** How long a console may take to answer; a busy machine needs some of it. */
const READY_WITHIN_MS = 60_000

/** The person whom tests sign in as, on a stage that has an owner. */
export const OWNER = { name: 'anna', password: 'correct horse battery' }

/** A console of its own: a database and the web process, on loopback only. */
export type Stage = {
  readonly url: string
  readonly db: Db
  /** What seeds call verbs with. */
  readonly ctx: Ctx
  /** Opens the set-up and answers its token; null when there is an owner. */
  openSetUp(): Promise<string | null>
  /** Takes the database away from under the console, and gives it back. */
  readonly database: { stop(): Promise<void>; start(): Promise<void> }
  close(): Promise<void>
}

type Wish = { owner: boolean; port?: number; env?: Record<string, string> }

/**
 * Brings a stage up. With `owner` false its set-up is still to be done; `env` is told to the web process besides. What
 * fails on the way leaves nothing behind.
 */
export async function openStage({ owner, port, env = {} }: Wish): Promise<Stage> {
  if (!existsSync(path.join(app, '.next/BUILD_ID'))) throw new Error('The console is not built; run: npm run build')
  const undo: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (let last = undo.pop(); last; last = undo.pop()) await last()
  }
  try {
    return await build({ owner, port: port ?? (await freePort()), env, undo, close })
  } catch (error) {
    await close()
    throw error
  }
}

type Building = Required<Wish> & { undo: (() => Promise<unknown>)[]; close: () => Promise<void> }

async function build({ owner, port, env, undo, close }: Building): Promise<Stage> {
  if (await inUse(port)) throw new Error(`Port ${port} is in use.`)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'warren-stage-'))
  undo.push(() => rm(folder, { recursive: true, force: true }))
  // Postgres runs as a user of its own, who has to get through to its data.
  await chmod(folder, 0o711)
  const database = await databaseIn(path.join(folder, 'data'))
  undo.push(() => database.stop())
  await migrate(database.url)
  const db = openDb(database.url)
  undo.push(() => db.close())
  if (owner) await createOwner(db, { ...OWNER, token: (await openSetUp(db)) ?? '' })

  const url = `http://127.0.0.1:${port}`
  const web = startWeb({ url, port, databaseUrl: database.url, env })
  undo.push(() => web.stop())
  await until(`the console to answer at ${url}`, () => web.answers(), READY_WITHIN_MS)
  const ctx: Ctx = { db, actor: { kind: 'user', id: 1, name: OWNER.name } }
  return { url, db, ctx, openSetUp: () => openSetUp(db), database, close }
}

async function databaseIn(dataDir: string) {
  let server = await startDatabase({ dataDir, durable: false })
  return {
    url: server.url,
    stop: () => server.stop(),
    async start() {
      server = await startDatabase({ dataDir, durable: false })
    },
  }
}

type Web = { url: string; port: number; databaseUrl: string; env: Record<string, string> }

function startWeb({ url, port, databaseUrl, env }: Web) {
  const web = execa(process.execPath, [next, 'start', app, '-H', '127.0.0.1', '-p', String(port)], {
    env: {
      DATABASE_URL: databaseUrl,
      NEXTAUTH_URL: url,
      NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
      ...env,
    },
    reject: false,
    all: true,
    buffer: { all: true },
  })
  let ended = false
  void web.then(() => {
    ended = true
  })
  return {
    async answers() {
      if (ended) throw new Error(`The console ended: ${(await web).all}`)
      return (await fetch(`${url}/api/healthz`)).ok
    },
    async stop() {
      web.kill()
      await web
    },
  }
}

/** A port that nobody listens on right now. */
async function freePort(): Promise<number> {
  const address = await listenOnce(0)
  if (address === null || typeof address === 'string') throw new Error('no port was free')
  return address.port
}

const inUse = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => false,
    () => true,
  )

async function listenOnce(port: number) {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address
}
