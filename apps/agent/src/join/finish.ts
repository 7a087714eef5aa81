import { setTimeout as sleep } from 'node:timers/promises'
import { no, ok, type Result } from '@warren/cidr'
import { USUAL_KEEPALIVE_S } from '@warren/protocol'
import type { Clock } from '../daemon/clock.ts'
import { Keeper } from '../daemon/keeper.ts'
import type { Names } from '../daemon/names.ts'
import { ownPlace } from '../daemon/own-place.ts'
import { confirm, Poller } from '../daemon/poller.ts'
import { ownAddresses } from '../daemon/surroundings.ts'
import type { Env } from '../env.ts'
import { Failure } from '../failure.ts'
import { type Mesh, type MeshProblem, meshClient } from '../mesh/client.ts'
import { meaningOf, type View } from '../plan/answer.ts'
import { ownCandidates } from '../plan/candidates.ts'
import { allowedIp } from '../plan/plan.ts'
import { type Config, filterOf, type JoinedConfig } from '../state/config.ts'
import { doorPlace, meshTarget } from '../state/mesh-target.ts'
import { version } from '../version.ts'
import { applyChanges } from '../wireguard/apply.ts'
import { ensureDevice, type Tools } from '../wireguard/device.ts'
import { meshAddresses } from '../wireguard/mesh-addresses.ts'
import { crashDoor } from './crash-door.ts'

export type FinishParts = {
  readonly env: Env
  readonly tools: Tools
  readonly names: Names
  readonly clock: Clock
  readonly log: (line: string) => void
}

/** Chosen: the hub has just answered; a console that restarts is back within this. */
const LIMIT_MS = 12_000
const PAUSE_MS = 100
/** Chosen: telling neighbours this node's own addresses is a kindness that joining does not wait for any longer. */
const REPORT_MS = 500

/**
 * Gives the interface its lasting key and its mesh address, with the hub as only peer. The hub is made anew, because
 * WireGuard would not initiate twice within 5 s.
 * @throws Failure
 */
export async function swapKeys(tools: Tools, config: Config, endpoints: readonly string[]): Promise<void> {
  const { network, peer, hub } = config
  await ensureDevice(tools, {
    name: network.interface,
    privateKey: peer['private-key'],
    ...meshAddresses(ownPlace(config), doorPlace(config)),
    listenPort: peer['listen-port'],
  })
  const key = hub['public-key']
  const endpoint = endpoints[0]
  await applyChanges(tools.run, network.interface, [{ kind: 'remove', key }])
  await applyChanges(tools.run, network.interface, [
    {
      kind: 'set',
      key,
      allowedIps: meshTarget(config).hosts.map(allowedIp),
      ...(endpoint === undefined ? {} : { endpoint }),
      keepalive: USUAL_KEEPALIVE_S,
    },
  ])
}

/**
 * Asks with the lasting key for everything, until there is an answer or `limitMs` are over. The view is not checked yet.
 */
export async function wholeView(mesh: Mesh, limitMs = LIMIT_MS): Promise<Result<View, MeshProblem>> {
  const limit = AbortSignal.timeout(limitMs)
  let problem: MeshProblem = { kind: 'aborted' }
  while (!limit.aborted) {
    const answer = await mesh.poll({ cursor: null, applied: null, waitS: 0 }, limit)
    if (answer.ok) {
      const meaning = meaningOf(null, answer.value)
      return meaning.kind === 'view' ? ok(meaning.view) : no({ kind: 'nonsense', sentence: 'It sent no whole view.' })
    }
    if (answer.problem.kind !== 'aborted') problem = answer.problem
    if (problem.kind === 'refused' && problem.refusal.kind !== 'unavailable') break
    await sleep(PAUSE_MS)
  }
  return no(problem)
}

/** Asks for the first view and puts it in force. @throws Failure, or the console's Refusal */
export async function firstView(parts: FinishParts, config: JoinedConfig): Promise<View> {
  const crash = crashDoor(parts.env.crashAfter)
  const mesh = meshClient(meshTarget(config))
  const introduced = introduce(mesh, config)
  const view = await wholeView(mesh)
  if (!view.ok) throw failureOf(view.problem, config.hub.internal)
  const keeper = new Keeper({ ...parts, config, saved: null })
  const problem = keeper.problemWith(view.value)
  if (problem !== null) {
    const fault = `The console's view was refused and nothing was changed: ${problem}`
    await mesh.report({ version, candidates: [], fault }, AbortSignal.timeout(REPORT_MS))
    throw new Failure('refused', fault)
  }
  crash('polled')
  await keeper.adopt(view.value)
  crash('applied')
  await Promise.all([introduced, confirm(new Poller(mesh, keeper))])
  return view.value
}

/** Tells the console this node's own addresses, for the neighbours. Without an answer they are told by the daemon. */
export async function introduce(mesh: Mesh, config: JoinedConfig): Promise<void> {
  const outside = ownAddresses().filter(({ device }) => device !== config.network.interface)
  const candidates = ownCandidates(outside, config.peer['listen-port'], {
    inside: [config.network.prefix],
    filter: filterOf(config.settings),
  })
  await mesh.report({ version, candidates, fault: null }, AbortSignal.timeout(REPORT_MS))
}

/** The sentence for a console that was not heard, or said no. */
export function failureOf(problem: MeshProblem, where: string): Error {
  if (problem.kind === 'refused') return problem.refusal
  const what = problem.kind === 'aborted' ? 'nothing answered in time' : withoutCapital(problem.sentence)
  return new Failure(
    'unreachable',
    `The tunnel to the hub is up, but at ${where} (TCP, inside the tunnel) ${what}; nothing is lost, so run the same command again.`,
  )
}

const withoutCapital = (sentence: string): string =>
  sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '')
