import { setTimeout as sleep } from 'node:timers/promises'
import { Keeper } from '../daemon/keeper.ts'
import { confirm, Poller } from '../daemon/poller.ts'
import { Failure } from '../failure.ts'
import { type Mesh, meshClient } from '../mesh/client.ts'
import { beginRotation, type Rotated, rotate } from '../rotate/rotate.ts'
import { type JoinedConfig, loadConfig } from '../state/config.ts'
import { meshTarget } from '../state/mesh-target.ts'
import { places } from '../state/places.ts'
import { loadView } from '../state/saved-view.ts'
import { lockHolder, underLock } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import { readDevice, removeDevice } from '../wireguard/device.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import { type Context, keeperParts } from './context.ts'
import { whichJoined } from './which-network.ts'

/** Chosen: the daemon looks every second, and asks for nine. */
const DAEMON_MS = 25_000
const GLANCE_MS = 100
/** Chosen: `up` has the saved view to fall back on, and a person waits. */
const RESUME_MS = 4_000

/**
 * `warren rotate-key`: gives this node a new key, by the daemon where one runs. Cut short anywhere, it is finished by the
 * daemon, by `up`, or by running it again. @throws Failure, or the console's Refusal
 */
export async function rotateKeyCommand(context: Context, network: string | undefined, options: { json: boolean }) {
  await demandNetworkAdmin('rotate-key')
  const before = await whichJoined(context.env, network)
  const { name } = before.network
  const config = await beginRotation(context.env, name)
  const running = await lockHolder(places(context.env, name).daemonLock)
  if (running) await byDaemon(context, config)
  else await underLock(places(context.env, name).lock, 2_000, () => byItself(context, config))
  const after = await whichJoined(context.env, name)
  const [from, to] = [before, after].map(({ peer }) => publicKeyOf(peer['private-key']))
  if (options.json) context.print(`${JSON.stringify({ network: name, from, to }, null, 2)}\n`)
  else context.say(`${name}: this node's key is ${to} now`)
}

/** The daemon sees the key that is to come in the configuration; what became of it stands there as well. */
async function byDaemon(context: Context, { network, rotation }: JoinedConfig): Promise<void> {
  const next = rotation?.['private-key']
  for (const end = performance.now() + DAEMON_MS; performance.now() < end; await sleep(GLANCE_MS)) {
    const now = await loadConfig(context.env, network.name)
    if (now?.state !== 'joined' || next === undefined) return
    const device = await readDevice(context.tools.run, network.interface)
    const saved = now.peer['private-key'] === next
    if (saved && device?.publicKey === publicKeyOf(next)) return
    if (!now.rotation && !saved)
      throw new Failure('refused', `The console refused it; the log of ${network.name}'s daemon says why.`)
  }
  throw new Failure(
    'unreachable',
    `The console did not answer yet; the daemon of ${network.name} goes on trying, and the present key stays until then.`,
  )
}

/** An interface that was down is down again afterwards. */
async function byItself(context: Context, config: JoinedConfig): Promise<void> {
  const { run } = context.tools
  const wasUp = (await readDevice(run, config.network.interface)) !== null
  const log = (line: string): void => context.say(`${config.network.name}: ${line}`)
  const saved = await loadView(context.env, config.network.name)
  const keeper = new Keeper({ ...keeperParts(context), config, saved, log })
  const mesh = meshClient(meshTarget(config))
  try {
    await keeper.restore()
    const outcome = await rotate({ env: context.env, keeper, mesh, log }, config, new AbortController().signal)
    if (outcome.kind === 'done') await confirm(new Poller(mesh, keeper))
    else throw failureOf(outcome, config.network.name)
  } finally {
    if (!wasUp) await removeDevice(run, config.network.interface)
  }
}

const failureOf = ({ kind, sentence }: Exclude<Rotated, { kind: 'done' }>, network: string): Failure =>
  kind === 'refused'
    ? new Failure('refused', `The console refused the new key: ${sentence}`)
    : new Failure(
        'unreachable',
        `${sentence} The present key stays; warren up ${network}, or the same command again, goes on from there.`,
      )

/** Finishes, in passing, what an earlier attempt left undone. */
export async function resumeRotation(
  { env, say }: Context,
  { keeper, mesh }: { keeper: Keeper; mesh: Mesh },
  config: JoinedConfig,
): Promise<void> {
  if (!config.rotation) return
  const log = (line: string): void => say(`${config.network.name}: ${line}`)
  const outcome = await rotate({ env, keeper, mesh, log }, config, AbortSignal.timeout(RESUME_MS))
  if (outcome.kind !== 'done') log(`its new key is not in force: ${outcome.sentence}`)
}
