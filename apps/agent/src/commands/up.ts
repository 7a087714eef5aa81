import { setTimeout as sleep } from 'node:timers/promises'
import { daemon } from '../daemon/daemon.ts'
import { Keeper } from '../daemon/keeper.ts'
import { confirm, Poller, type Turn } from '../daemon/poller.ts'
import { Failure } from '../failure.ts'
import { introduce } from '../join/finish.ts'
import { meshClient } from '../mesh/client.ts'
import type { JoinedConfig } from '../state/config.ts'
import { meshTarget } from '../state/mesh-target.ts'
import { places } from '../state/places.ts'
import { loadView } from '../state/saved-view.ts'
import { lockHolder, takeLock, underLock } from '../system/lock.ts'
import { manager } from '../system/notify.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import { stayLight } from '../system/small-heap.ts'
import { interfaceExists } from '../wireguard/device.ts'
import { type Context, keeperParts } from './context.ts'
import type { resumeRotation } from './rotate-key.ts'
import { whichJoined } from './which-network.ts'

type Options = { daemon: boolean; json: boolean }

/** `warren up`: once, or as a daemon until it is told to end. @throws Failure or Refusal */
export async function upCommand(context: Context, network: string | undefined, options: Options): Promise<void> {
  if (options.daemon && options.json) {
    throw new Failure('usage', 'A daemon has no answer to give as JSON; ask warren status --json while it runs.')
  }
  await demandNetworkAdmin('up')
  const config = await whichJoined(context.env, network)
  if (options.daemon) return stayUp(context, config)
  const outcome = await upOnce(context, config)
  if (options.json)
    context.print(`${JSON.stringify({ ...outcome, network: config.network.name, up: true }, null, 2)}\n`)
}

async function stayUp(context: Context, config: JoinedConfig): Promise<void> {
  stayLight()
  const { name } = config.network
  const lock = await takeLock(places(context.env, name).daemonLock)
  if ('pid' in lock) {
    throw new Failure('refused', `A daemon of ${name} is running already (process ${lock.pid}).`)
  }
  try {
    const { keeper, mesh } = await prepare(context, config)
    const stop = new AbortController()
    const end = (): void => stop.abort()
    // Not `once`: while a command runs, execa listens too, and ends this process when nobody else seems to.
    process.on('SIGTERM', end).on('SIGINT', end)
    const rest = { config, keeper, mesh, log: logger(context, name), manager: manager(context.tools.run) }
    await daemon({ ...keeperParts(context), ...rest }, stop.signal)
  } finally {
    await lock.release()
  }
}

/** Chosen: a person waits for this command; the console has a moment to answer before the saved view has to do. */
const CONSOLE_MS = 3_000

/** `current`: whether the console agreed, else `reason` says why not; `daemon`: the process that keeps it up already. */
type Outcome = {
  changed: boolean
  revision: number | null
  current: boolean | null
  reason: string | null
  daemon: number | null
}

async function upOnce(context: Context, config: JoinedConfig): Promise<Outcome> {
  const { name, interface: device } = config.network
  const running = await lockHolder(places(context.env, name).daemonLock)
  if (running) {
    context.say(`the daemon of ${name} (process ${running.pid}) keeps it up already`)
    const revision = (await loadView(context.env, name))?.view.revision ?? null
    return { changed: false, revision, current: null, reason: null, daemon: running.pid }
  }
  return underLock(places(context.env, name).lock, 2_000, async () => {
    const wasUp = await interfaceExists(context.tools.run, device)
    const { keeper, mesh } = await prepare(context, config)
    const before = keeper.view?.revision
    await keeper.restore()
    if (config.rotation) await resume(context, { keeper, mesh }, config)
    const poller = new Poller(mesh, keeper)
    const turn = await untilCurrent(poller, AbortSignal.timeout(CONSOLE_MS))
    const isCurrent = turn?.phase === 'current'
    const why = isCurrent ? null : (turn?.sentence ?? 'The console did not answer in time.')
    if (isCurrent) await Promise.all([introduce(mesh, config), confirm(poller)])
    else if (!keeper.view)
      throw new Failure('unreachable', `${name} has no saved view yet, and none is to be had: ${why}`)
    else context.say(`${name} is up as it was at revision ${keeper.view.revision}: ${why}`)
    const revision = keeper.view?.revision ?? null
    return { changed: !wasUp || revision !== before, revision, current: isCurrent, reason: why, daemon: null }
  })
}

/** Goes on with a new key that an earlier attempt left undone. */
async function resume(...about: Parameters<typeof resumeRotation>): Promise<void> {
  const { resumeRotation } = await import('./rotate-key.ts')
  await resumeRotation(...about)
}

/** Asks until the console and this node agree, or until `limit`; the last outcome, null when there was none. */
async function untilCurrent(poller: Poller, limit: AbortSignal): Promise<Turn | null> {
  let last: Turn | null = null
  while (!limit.aborted && last?.phase !== 'current') {
    last = (await poller.turn(0, limit)) ?? last
    await sleep(last?.pauseMs ?? 0, undefined, { signal: limit }).catch(() => {})
  }
  return last
}

async function prepare(context: Context, config: JoinedConfig) {
  const saved = await loadView(context.env, config.network.name)
  const parts = keeperParts(context)
  const keeper = new Keeper({ ...parts, config, saved, log: logger(context, config.network.name) })
  return { keeper, mesh: meshClient(meshTarget(config)) }
}

const logger =
  (context: Context, network: string) =>
  (line: string): void =>
    context.say(`${network}: ${line}`)
