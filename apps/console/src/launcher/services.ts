import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { startDatabase } from '@warren/db/server'
import { type Account, asWeAre, unprivileged } from './account.ts'
import { hubVariables, passedOn, type Settings, webVariables } from './env.ts'
import { type ProcessPlan, processService } from './process-service.ts'
import type { Running, Service } from './supervise.ts'

/** What the services need to know about this start. */
export type Facts = {
  settings: Settings
  account: Account | null
  databaseUrl: string
  sessionSecret: string
  hubSocket: string
}

const logFile = (settings: Settings, name: string) => path.join(settings.dataDir, 'log', `${name}.log`)

/**
 * The embedded database. `onUrl` gets its URL at each start, the same one every time; `say` what it tells about steps
 * that take long.
 */
export function databaseService(
  { dataDir }: Settings,
  account: Account | null,
  hooks: { onUrl: (url: string) => void; say: (line: string) => void },
): Service {
  const options = {
    dataDir: path.join(dataDir, 'postgres'),
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
    log: hooks.say,
  }
  return {
    name: 'database',
    note: `PostgreSQL in ${options.dataDir}`,
    async start(): Promise<Running> {
      const server = await startDatabase(options)
      hooks.onUrl(server.url)
      return {
        ended: server.ended.then(() => `It ended; see ${path.join(options.dataDir, 'postgres.log')}.`),
        stop: () => server.stop(),
      }
    },
  }
}

/** The pages and the admin API, as the unprivileged account. */
export function webService({ settings, account, databaseUrl, sessionSecret }: Facts): Service {
  const next = path.join(settings.root, 'node_modules/next/dist/bin/next')
  const app = path.join(settings.root, 'apps/console')
  const args = ['start', '--hostname', settings.host, '--port', String(settings.port), app]
  return processService({
    name: 'web',
    note: settings.url,
    argv: unprivileged(account, [process.execPath, next, ...args]),
    cwd: app,
    env: {
      ...passedOn(),
      ...webVariables(),
      DATABASE_URL: databaseUrl,
      NEXTAUTH_SECRET: sessionSecret,
      NEXTAUTH_URL: settings.url,
      NEXT_TELEMETRY_DISABLED: '1',
      WARREN_ROOT: settings.root,
    },
    logFile: logFile(settings, 'web'),
    isReady: async () => (await fetch(localUrl(settings), { signal: AbortSignal.timeout(5000) })).ok,
  })
}

/** Whether the web process answers at all: it does while the database is away, too. */
export const webAnswers = (settings: Settings): Promise<boolean> =>
  fetch(localUrl(settings), { signal: AbortSignal.timeout(5000) }).then(
    () => true,
    () => false,
  )

/** Where we ask the web process itself, past any proxy that browsers come through. */
function localUrl({ host, port }: Settings): string {
  const here = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${here.includes(':') ? `[${here}]` : here}:${port}/api/healthz`
}

/** What agents talk to, as the unprivileged account. */
export function coordinatorService({ settings, account, databaseUrl, hubSocket }: Facts): Service {
  const plan: ProcessPlan = {
    name: 'coordinator',
    note: 'what nodes talk to, through the tunnel',
    argv: unprivileged(account, [
      process.execPath,
      '--enable-source-maps',
      path.join(settings.root, 'apps/console/dist/coordinator.mjs'),
    ]),
    cwd: settings.root,
    env: {
      ...passedOn(),
      DATABASE_URL: databaseUrl,
      WARREN_HUB_SOCKET: hubSocket,
      ...(settings.hubSocketMode === null ? {} : { WARREN_HUB_SOCKET_MODE: settings.hubSocketMode }),
    },
    logFile: logFile(settings, 'coordinator'),
    isReady: async () => existsSync(hubSocket),
  }
  const service = processService(plan)
  return {
    ...service,
    async start(signal) {
      // One that a killed coordinator left would look as if this one served already.
      await rm(hubSocket, { force: true })
      return service.start(signal)
    },
  }
}

/** Chosen: a hub that lacks something on this machine says so and ends well within this, in ms. */
const HUB_STANDS_MS = 800

/** The agent in its hub role, the only process that stays root. Nothing tells that it serves but that it goes on. */
export function hubService({ settings, hubSocket }: Facts): Service {
  const agent = [process.execPath, path.join(settings.root, 'apps/agent/dist/warren.cjs')]
  const plan = {
    name: 'hub',
    note: 'owns the WireGuard interface',
    argv: asWeAre([...agent, 'hub', '--socket', hubSocket, '--take-down']),
    cwd: '/',
    env: { ...passedOn(), ...hubVariables() },
    logFile: logFile(settings, 'hub'),
  }
  const start = (signal: AbortSignal): Promise<Running> => {
    const since = performance.now()
    const isReady = async () => performance.now() - since > HUB_STANDS_MS
    return processService({ ...plan, isReady }).start(signal)
  }
  return { name: plan.name, note: plan.note, start }
}
