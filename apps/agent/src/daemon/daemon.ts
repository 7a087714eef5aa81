import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceManager } from '@warren/protocol/service-manager'
import { sentenceOf } from '../failure.ts'
import type { Mesh } from '../mesh/client.ts'
import { backoffMs } from '../plan/backoff.ts'
import { rhythmOf } from '../plan/rhythm.ts'
import { type Renewal, renewal } from '../rotate/renewal.ts'
import { removeDaemonStatus } from '../state/daemon-status.ts'
import { hubHome } from './hub-home.ts'
import type { Keeper, KeeperParts } from './keeper.ts'
import { linkTeller } from './link-teller.ts'
import { Poller, type Turn } from './poller.ts'
import { reporter } from './reporter.ts'
import { ownAddresses, surroundings, trafficOf } from './surroundings.ts'
import { type Teller, teller } from './teller.ts'

/** How often the daemon looks around, in milliseconds, without starting a process: 0.2 ms of work each time (measured). */
const GLANCE_MS = 1_000
/** How often it asks the device: normally, and while somebody sends something, whose peer may have gone. */
const WATCH_MS = 5_000
const BUSY_MS = 1_000
/** How soon it mends what went wrong. */
const AGAIN_MS = 5_000
/** Chosen: a route often comes a moment after its address, so every peer is sent to again; after so many milliseconds. */
const STIR_AGAIN_MS = [1_500, 4_000] as const
/** Chosen: paths want no look sooner than this after another. */
const SHORTEST_MS = 50
/** For how long after a change it asks with every glance, so that the console soon hears what became of it. */
const EAGER_MS = 5_000
/** How often it compares everything. */
const MEND_MS = 30_000
/** Chosen: a loop that is this late hangs. Its commands each have a limit of 15 s, and a round runs several. */
const STUCK_MS = 120_000

export type DaemonParts = Omit<KeeperParts, 'saved'> & {
  readonly keeper: Keeper
  readonly mesh: Mesh
  /** Hears how the daemon is doing. */
  readonly manager: ServiceManager
}

/**
 * Keeps one network current until `stop`: one loop asks the console, the other watches this machine. Tunnels stay up
 * when it ends, whatever ends it.
 */
export async function daemon(parts: DaemonParts, stop: AbortSignal): Promise<void> {
  const { keeper, mesh, clock, log, manager } = parts
  const poller = new Poller(mesh, keeper)
  const news = reporter(mesh, () => clock().monotonicMs)
  const links = linkTeller(mesh, keeper, () => clock().monotonicMs)
  const keys = renewal({ ...parts, now: () => clock().monotonicMs })
  const tell = teller(parts)
  let question = new AbortController()
  stop.addEventListener('abort', () => question.abort(), { once: true })

  const disturb = async (): Promise<void> => {
    log('this machine slept or has other addresses: every peer is sent to again')
    poller.encourage()
    question.abort()
    await keeper.stir()
  }

  const asking = async (): Promise<void> => {
    // What was saved is put in force before anybody is asked: that needs no console, and the first question can tell it.
    manager.promise('asking', STUCK_MS)
    await keeper.restore().catch((error: unknown) => log(sentenceOf(error)))
    manager.status(`asks the console; up as at revision ${keeper.applied?.revision ?? 'none'}`)
    while (!stop.aborted) {
      await keys.turn(stop).catch((error: unknown) => log(sentenceOf(error)))
      question = new AbortController()
      const rhythm = rhythmOf(keeper.view?.self.poll, Math.random())
      manager.promise('asking', rhythm.waitS * 1000 + STUCK_MS)
      mesh.keepLine(rhythm.keepsLine)
      const turn = await poller.turn(rhythm.waitS, question.signal).catch(hurt)
      if (!turn) continue
      await tell.turn(turn)
      news.note({ fault: turn.phase === 'refused' ? turn.sentence : (keeper.keyFault ?? keys.fault) })
      // What was just put in force is told at once, however quiet the node is.
      const pauseMs = turn.phase === 'current' && !turn.news ? rhythm.pauseMs : turn.pauseMs
      manager.promise('asking', pauseMs + STUCK_MS)
      await pause(pauseMs, question.signal)
    }
  }

  const wake = (): void => question.abort()
  await Promise.all([asking(), watching({ ...parts, news, links, tell, disturb, keys, wake }, stop)])
  manager.close()
  await keeper.save()
  await removeDaemonStatus(parts.env, parts.config.network.name)
}

/** A view that could not be put in force here is tried again soon; the console hears why. */
const hurt = (error: unknown): Turn => ({
  phase: 'refused',
  sentence: sentenceOf(error),
  pauseMs: 500 + backoffMs(6, 'silent', Math.random()),
})

type Watch = DaemonParts & {
  readonly news: ReturnType<typeof reporter>
  readonly links: ReturnType<typeof linkTeller>
  readonly tell: Teller
  readonly disturb: () => Promise<void>
  readonly keys: Renewal
  /** Ends the held question, so that what is due comes first. */
  readonly wake: () => void
}

/** The second loop. Whatever goes wrong in a round is said once and tried again in the next. */
async function watching(parts: Watch, stop: AbortSignal): Promise<void> {
  const { keeper, config, clock, log, manager, news, links, tell, disturb, keys, wake } = parts
  const look = surroundings(config.network.interface)
  const followHub = hubHome(parts)
  let stirAt: readonly number[] = []
  let lookedAt = Number.NEGATIVE_INFINITY
  let mendedAt = clock().monotonicMs
  let complaint = ''

  const round = async (): Promise<void> => {
    const now = clock()
    const at = now.monotonicMs
    const traffic = await trafficOf(config.network.interface)
    const { bounds, listenPort: port } = keeper
    const glance = look(now, { traffic, own: ownAddresses(), bounds, port })
    news.note({ candidates: [...glance.candidates] })
    if (await keys.glance()) wake()
    if (glance.disturbed) {
      stirAt = STIR_AGAIN_MS.map((ms) => at + ms)
      await disturb()
    } else if (stirAt[0] !== undefined && at >= stirAt[0]) {
      stirAt = stirAt.slice(1)
      await keeper.nudge()
    }
    const eager = keeper.restless && at - keeper.adoptedAt < EAGER_MS
    const lookMs = eager || glance.quiet ? 0 : glance.busy ? BUSY_MS : WATCH_MS
    if (glance.vanished || at - mendedAt >= MEND_MS) {
      mendedAt = at
      lookedAt = at
      await keeper.restore()
    } else if (keeper.unfinished || at >= keeper.dueAt || at - lookedAt >= lookMs) {
      lookedAt = at
      await keeper.look({ hushed: glance.hushed })
    }
  }

  while (!stop.aborted) {
    manager.promise('watching', STUCK_MS)
    const failed = await round().then(
      () => '',
      (error: unknown) => sentenceOf(error),
    )
    if (failed !== '' && failed !== complaint) log(failed)
    complaint = failed
    // Serving means that the tunnels stand, whether or not anybody answers.
    if (keeper.looks > 0) manager.ready()
    else if (failed !== '') manager.status(failed)
    if (failed !== '') mendedAt = clock().monotonicMs - MEND_MS + AGAIN_MS
    await tell.links(keeper.links()).catch((error: unknown) => log(sentenceOf(error)))
    await followHub(keeper.links())
    for (const teller of [news, links]) teller.tell(stop).catch((error: unknown) => log(sentenceOf(error)))
    await pause(Math.min(GLANCE_MS, Math.max(SHORTEST_MS, keeper.dueAt - clock().monotonicMs)), stop)
  }
}

/** Sleeps for `ms`, or until `signal`. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  ms <= 0 ? Promise.resolve() : sleep(ms, undefined, { signal }).catch(() => {})
