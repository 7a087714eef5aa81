import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, serviceAccount } from './account.ts'
import { type Board, createBoard } from './board.ts'
import { readSettings, type Settings } from './env.ts'
import { manager, report } from './manager.ts'
import { checkPort, onlyLauncher, openDataDir, runFolder, sessionSecret } from './places.ts'
import { coordinatorService, databaseService, type Facts, hubService, webService } from './services.ts'
import { type Door, doorText, prepare, update } from './set-up.ts'
import { createStopStack, type StopStack } from './stop-stack.ts'
import { type Service, type State, type Supervisor, supervise } from './supervise.ts'

const NO_HUB = 'needs root to make a WireGuard interface: stop this, then sudo npm start'
const HUB_APART = 'warren-hub.service'

/** How long the URL waits for the other processes once the pages are there, so that it is the last thing printed, in ms. */
const PATIENCE_MS = 5000

/** One start: everything that its steps share. */
type Start = {
  settings: Settings
  account: Account | null
  board: Board
  undo: StopStack
  isStopping: () => boolean
  managed: boolean
}

/**
 * Runs database, web, coordinator and (as root) hub until SIGINT or SIGTERM, then stops them again, last one first.
 * Prints one line of state for each and the URL to open. With `managed` (systemd) the hub is not ours, no one-time token is
 * printed, and the service manager hears how it goes. Resolves when all is stopped; the exit code is 1 when the start failed.
 */
export async function launch({ managed = false } = {}): Promise<void> {
  const settings = readSettings()
  await openDataDir(settings.dataDir)
  await onlyLauncher(settings.dataDir)
  await checkPort(settings.host, settings.port)
  const states = new Map<string, State>()
  const board = noting(states, createBoard(['database', 'web', 'coordinator', 'hub'], process.stdout))
  const undo = createStopStack((error) => console.error(error instanceof Error ? error.message : error))
  const signal = firstSignal()
  const account = managed ? null : await serviceAccount()
  const start: Start = { settings, account, board, undo, isStopping: signal.hasCome, managed }
  const over = new AbortController()
  const told = manager()
  const telling = managed ? report(told, { settings, states }, over.signal) : null
  const up = bringUp(start).then(() => told.ready())
  const bringing = up.catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
    return 'failed'
  })
  if ((await Promise.race([bringing, signal.come])) !== 'failed') {
    await signal.come
    console.log('Stopping …')
  }
  over.abort()
  await telling
  // A step that was under way when the signal came ends first, and what it made is undone then.
  await undo.unwind()
  await bringing
  await undo.unwind()
  // What is left (a socket that is the lock) only lives as long as we do.
  process.exit()
}

/** SIGINT or SIGTERM, whichever comes first. Those after it change nothing: the stop is under way. */
function firstSignal(): { come: Promise<void>; hasCome: () => boolean } {
  let hasCome = false
  const come = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        hasCome = true
        resolve()
      })
    }
  })
  return { come, hasCome: () => hasCome }
}

async function bringUp(start: Start): Promise<void> {
  const { settings, account, board, undo } = start
  const databaseUrl = settings.databaseUrl ?? (await embeddedDatabase(start))
  if (settings.databaseUrl) board.set('database', { kind: 'running', note: 'the one that DATABASE_URL names' })
  if (start.isStopping()) return
  const migrations = path.join(settings.root, 'prisma/migrations')
  const door = start.managed
    ? await update(databaseUrl, migrations)
    : await prepare(databaseUrl, settings.url, migrations)

  const run = settings.runDir ?? (await runFolder(account, settings.dataDir))
  if (settings.runDir === null) undo.push(() => rm(run, { recursive: true, force: true }))
  const facts: Facts = {
    settings,
    account,
    databaseUrl,
    sessionSecret: await sessionSecret(settings.dataDir),
    hubSocket: path.join(run, 'hub.sock'),
  }
  if (start.isStopping()) return
  const services = [webService(facts), coordinatorService(facts), ...(account ? [hubService(facts)] : [])]
  if (!account) board.set('hub', { kind: 'off', note: start.managed ? HUB_APART : NO_HUB })
  const [web, ...others] = services.map((service) => keep(start, service).settled)
  const isUp = await web
  await Promise.race([Promise.all(others), sleep(PATIENCE_MS, undefined, { ref: false })])
  if (start.isStopping()) return
  board.leave()
  if (!isUp) throw new Error(`The console did not come up; all that it said is in ${settings.dataDir}/log.`)
  console.log(
    door === null
      ? `The console is at ${settings.url}; its first owner: sudo npm run service -- setup`
      : welcome(settings, door),
  )
}

/** The board, and what was told of each process last. */
function noting(states: Map<string, State>, board: Board): Board {
  const set = (name: string, state: State): void => {
    states.set(name, state)
    board.set(name, state)
  }
  return { ...board, set }
}

/** Starts a service; it is stopped at the end. */
function keep({ board, undo }: Start, service: Service): Supervisor {
  const supervisor = supervise(service, (state) => board.set(service.name, state))
  undo.push(() => supervisor.stop())
  return supervisor
}

/** Starts the embedded database and resolves to its URL. */
async function embeddedDatabase(start: Start): Promise<string> {
  let url = ''
  const say = (note: string) => start.board.set('database', { kind: 'starting', note })
  const service = databaseService(start.settings, start.account, {
    onUrl: (it) => {
      url = it
    },
    say,
  })
  const isUp = await keep(start, service).settled
  if (!isUp && !start.isStopping()) throw new Error('Nothing works without the database; its line above says why.')
  return url
}

function welcome({ host, port }: Settings, door: Door): string {
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host)
  const elsewhere = `From another machine first: ssh -L ${port}:127.0.0.1:${port} ${hostname()}`
  return ['', doorText(door), ...(isLocal ? [elsewhere] : []), 'Ctrl-C stops everything that this started.', ''].join(
    '\n',
  )
}
