import { EndpointText, formatEndpoint } from '@warren/protocol'
import { Failure } from '../failure.ts'
import { meshClient } from '../mesh/client.ts'
import type { JoinedConfig } from '../state/config.ts'
import { editConfig } from '../state/edit-config.ts'
import { meshTarget } from '../state/mesh-target.ts'
import { loadView } from '../state/saved-view.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'
import { portOf } from './port.ts'
import { whichJoined } from './which-network.ts'

export type OverrideOptions = {
  network?: string
  port?: string
  peer?: string
  clear: boolean
  json: boolean
}

/** Chosen: a person waits; through a tunnel that works the console answers in milliseconds. */
const CONSOLE_MS = 10_000

/**
 * `warren override-endpoint`: where this node says that it is, told to everybody by the console; or with `--peer` where
 * this node alone sends to another one first. @throws Failure, or the console's Refusal
 */
export async function overrideEndpointCommand(
  context: Context,
  endpoint: string | undefined,
  options: OverrideOptions,
): Promise<void> {
  await demandNetworkAdmin('override-endpoint')
  const goal = goalOf(endpoint, options)
  const config = await whichJoined(context.env, options.network)
  const { name } = config.network
  const changed =
    options.peer === undefined
      ? await tellOwn(config, goal)
      : await choose(context, config, { peer: options.peer, goal })
  if (options.json) {
    context.print(
      `${JSON.stringify({ network: name, peer: options.peer ?? null, endpoint: goal, changed }, null, 2)}\n`,
    )
  } else context.say(`${name}: ${sentenceOf(options.peer, goal)}${changed ? '' : ' already'}`)
}

function sentenceOf(peer: string | undefined, goal: string | null): string {
  if (peer === undefined)
    return goal === null ? 'this node has no endpoint set by hand' : `this node is told of at ${goal}`
  return goal === null ? `${peer} is tried where the console says` : `${peer} is tried at ${goal} first`
}

/** What was asked for; null to clear it. @throws Failure (usage) */
function goalOf(endpoint: string | undefined, { port, peer, clear }: OverrideOptions): string | null {
  const given = [endpoint, port, clear ? '' : undefined].filter((one) => one !== undefined)
  if (given.length !== 1) throw new Failure('usage', 'Give one of HOST:PORT, --port PORT and --clear.')
  if (clear) return null
  if (port !== undefined) {
    if (peer !== undefined)
      throw new Failure('usage', 'For another peer, give HOST:PORT: only the hub sees its address.')
    return formatEndpoint({ host: '0.0.0.0', port: portOf(port) })
  }
  const parsed = EndpointText.safeParse(endpoint)
  if (parsed.success) return parsed.data
  throw new Failure('usage', parsed.error.issues[0]?.message ?? 'This is not an endpoint.')
}

/** Over the mesh, as this peer: whether it was another one before. */
async function tellOwn(config: JoinedConfig, endpoint: string | null): Promise<boolean> {
  const answer = await meshClient(meshTarget(config)).overrideEndpoint({ endpoint }, AbortSignal.timeout(CONSOLE_MS))
  if (answer.ok) return answer.value.changed
  const { problem } = answer
  if (problem.kind === 'refused') throw problem.refusal
  throw new Failure(
    'unreachable',
    problem.kind === 'aborted' ? 'The console did not answer in time.' : problem.sentence,
  )
}

/** In this node's configuration, which its daemon reads again. */
async function choose(
  { env }: Context,
  config: JoinedConfig,
  { peer, goal }: { peer: string; goal: string | null },
): Promise<boolean> {
  const { name } = config.network
  const id = await idOf(env, config, peer)
  const before = config.settings.endpoints?.find((one) => one.peer === id)?.at ?? null
  if (before === goal) return false
  await editConfig(env, name, (now) => {
    const { endpoints = [], ...settings } = now.settings
    const others = endpoints.filter((one) => one.peer !== id)
    const all = goal === null ? others : [...others, { peer: id, name: peer, at: goal }]
    return { ...now, settings: all.length === 0 ? settings : { ...settings, endpoints: all } }
  })
  return true
}

/** Who is meant: by name or address as the view has them, or one that was chosen for before. @throws Failure (refused) */
async function idOf(env: Context['env'], config: JoinedConfig, wanted: string): Promise<number> {
  const saved = await loadView(env, config.network.name)
  const seen = [...(saved?.view.state.peers.values() ?? [])].find(
    ({ id, name, ip, ip6 }) => id !== config.peer.id && [name, ip, ip6].includes(wanted),
  )
  const known = config.settings.endpoints?.find(({ name }) => name === wanted)
  const id = seen?.id ?? known?.peer
  if (id === undefined) throw new Failure('refused', `${wanted} is not in this node's view of ${config.network.name}.`)
  if (seen?.device) throw new Failure('refused', `${wanted} is a device: it is reached through the hub alone.`)
  return id
}
