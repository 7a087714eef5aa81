import { setTimeout as sleep } from 'node:timers/promises'
import type { PrivateKey, RotateKeyInput } from '@warren/protocol'
import { signTurn } from '@warren/protocol/rotation'
import type { Keeper } from '../daemon/keeper.ts'
import type { Env } from '../env.ts'
import { crashDoor } from '../join/crash-door.ts'
import { mayPass } from '../join/redeem.ts'
import type { Mesh, MeshProblem } from '../mesh/client.ts'
import type { JoinedConfig } from '../state/config.ts'
import { editConfig } from '../state/edit-config.ts'
import { newPrivateKey, publicKeyOf } from '../wireguard/keys.ts'

export type RotateParts = {
  readonly env: Env
  readonly mesh: Mesh
  readonly keeper: Keeper
  readonly log: (line: string) => void
}

/** How an attempt ended: with the new key in force, refused for good, or not heard, so that it has to be made again. */
export type Rotated =
  | { readonly kind: 'done'; readonly config: JoinedConfig }
  | { readonly kind: 'refused'; readonly config: JoinedConfig; readonly sentence: string }
  | { readonly kind: 'unheard'; readonly config: JoinedConfig; readonly sentence: string }

/** Chosen: an answer takes a few tenths of a second; a tunnel that has to be made first, one more. */
const ANSWER_MS = 3_000
/** Chosen: a console that restarts is back within this. */
const LIMIT_MS = 9_000
const PAUSE_MS = 200
/** Chosen: a handshake takes milliseconds; a first initiation that is lost is repeated after 5 s. */
const PROBE_MS = 6_000

/**
 * Notes the key that is to come, before anybody hears of it; one that waits already stays. From here on a crash, a power
 * cut or a lost answer anywhere is resumed by `rotate`. @throws Failure
 */
export const beginRotation = (env: Env, network: string): Promise<JoinedConfig> =>
  editConfig(env, network, (config) =>
    config.rotation ? config : { ...config, rotation: { 'private-key': newPrivateKey() } },
  )

/**
 * Gives this node the key that its configuration says is to come. The console takes it from the holder of the present
 * key only; the same question again gets the same answer, also by the key that was replaced (it keeps its place in the
 * door for days), so a lost answer is asked for anew. @throws Failure
 */
export async function rotate(parts: RotateParts, config: JoinedConfig, signal: AbortSignal): Promise<Rotated> {
  const next = config.rotation?.['private-key']
  if (next === undefined) return { kind: 'done', config }
  const crash = crashDoor(parts.env.crashAfter)
  crash('key-noted')
  const problem = await ask(parts.mesh, await question(config, next), signal)
  crash('key-taken')
  if (problem === null) return { kind: 'done', config: await finish(parts, config, next) }
  if (problem.kind === 'refused' && !mayPass(problem.refusal.kind)) {
    const { message: sentence } = problem.refusal
    return { kind: 'refused', config: await drop(parts, config, next), sentence }
  }
  const silent = problem.kind === 'aborted' || (problem.kind === 'outage' && problem.outage === 'silent')
  if (silent && !signal.aborted && (await isKnownByNext(parts, config, next))) {
    return { kind: 'done', config: await finish(parts, config, next) }
  }
  return { kind: 'unheard', config, sentence: sentenceOf(problem) }
}

async function question(config: JoinedConfig, next: PrivateKey): Promise<RotateKeyInput> {
  const own = config.peer['private-key']
  const [from, to] = [publicKeyOf(own), publicKeyOf(next)]
  const signature = await signTurn(own, { network: config.network.name, peerId: config.peer.id, from, to })
  return { publicKey: to, signature }
}

/** Asks until there is an answer; null when the console has taken the key. */
async function ask(mesh: Mesh, input: RotateKeyInput, signal: AbortSignal): Promise<MeshProblem | null> {
  const began = performance.now()
  for (;;) {
    const limit = AbortSignal.timeout(ANSWER_MS)
    const answer = await mesh.rotateKey(input, limit)
    if (answer.ok) return null
    const { problem } = answer
    const isFinal = problem.kind === 'nonsense' || (problem.kind === 'refused' && !mayPass(problem.refusal.kind))
    if (isFinal || signal.aborted || performance.now() - began > LIMIT_MS) return problem
    mesh.reset()
    await sleep(PAUSE_MS)
  }
}

/**
 * The device first: the others send by the new key already. A node that is cut short between the two begins with its
 * former key once more, and asks the same question again.
 */
async function finish(parts: RotateParts, before: JoinedConfig, next: PrivateKey): Promise<JoinedConfig> {
  const crash = crashDoor(parts.env.crashAfter)
  const withNext = ({ rotation: _, ...rest }: JoinedConfig): JoinedConfig => ({
    ...rest,
    peer: { ...rest.peer, 'private-key': next },
  })
  await parts.keeper.configure(withNext(before))
  parts.mesh.reset()
  crash('key-swapped')
  const config = await editConfig(parts.env, before.network.name, withNext)
  crash('key-saved')
  // What a person changed there meanwhile holds as well.
  await parts.keeper.configure(config)
  parts.log(`this node has a new key, ${publicKeyOf(next)}`)
  return config
}

/** Nobody wants that key, so it is forgotten. */
const drop = ({ env }: RotateParts, { network }: JoinedConfig, next: PrivateKey): Promise<JoinedConfig> =>
  editConfig(env, network.name, (config) => {
    const { rotation, ...rest } = config
    return rotation?.['private-key'] === next ? rest : config
  })

/**
 * Whether the hub knows this node by its next key. Silence may mean that the console took the key and its answer got
 * lost, and that the present one has no way in any more (without IPv6 there is no door). A hub answers a handshake of
 * the key that it holds, so that key is tried for a moment.
 */
async function isKnownByNext({ keeper, mesh }: RotateParts, config: JoinedConfig, next: PrivateKey): Promise<boolean> {
  const before = await keeper.hubShakenAt()
  const began = performance.now()
  await keeper.configure({ ...config, peer: { ...config.peer, 'private-key': next } })
  while (performance.now() - began < PROBE_MS) {
    if ((await keeper.hubShakenAt()) > before) return true
    await sleep(PAUSE_MS)
  }
  await keeper.configure(config)
  mesh.reset()
  return false
}

const sentenceOf = (problem: MeshProblem): string =>
  problem.kind === 'refused'
    ? problem.refusal.message
    : problem.kind === 'aborted'
      ? 'The console did not answer.'
      : problem.sentence
