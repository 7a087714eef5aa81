import { formatAddress, parseAddress } from '@warren/cidr'
import { Failure } from '../failure.ts'
import { meshClient } from '../mesh/client.ts'
import type { Config } from '../state/config.ts'
import { meshTarget } from '../state/mesh-target.ts'
import { CommandFailure } from '../system/command-failure.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'
import { type ChainLink, diagnosis, firstBroken, type Looked } from './diagnosis.ts'
import { look } from './look.ts'
import type { PeerStatus, Status } from './status-facts.ts'
import { whichNetwork } from './which-network.ts'

/** Chosen: a person waits; through a tunnel that works the console answers in milliseconds. */
const CONSOLE_MS = 5_000

/**
 * `warren doctor [PEER]`: walks the chain from rule to wire and names the first link that is broken.
 * @throws Failure (refused) when one is, after telling the whole chain
 */
export async function doctorCommand(
  context: Context,
  wanted: string | undefined,
  options: { network?: string; json: boolean },
): Promise<void> {
  await demandNetworkAdmin('doctor')
  const config = await whichNetwork(context.env, options.network)
  const { status, looked, peer } = await walk({ context, config, wanted, ask: askConsole })
  const chain = diagnosis(status, looked, wanted === undefined ? null : { wanted, peer })
  const broken = firstBroken(chain)
  if (options.json) context.print(`${JSON.stringify({ chain, broken: broken?.name ?? null }, null, 2)}\n`)
  else context.print(chain.map(lineOf).join(''))
  if (broken) throw new Failure('refused', `The first broken link is: ${broken.name}. ${broken.sentence}`)
}

const marks = { holds: 'ok     ', broken: 'BROKEN ', unknown: '?      ' } as const

const lineOf = ({ name, state, sentence }: ChainLink): string => `${marks[state]} ${name.padEnd(12)} ${sentence}\n`

type Asked = NonNullable<Looked['console']>
type Walk = {
  readonly context: Context
  readonly config: Config
  /** A peer's name, or an address of either family. */
  readonly wanted: string | undefined
  readonly ask: (config: Config) => Promise<Asked>
}
type Seen = { status: Status; looked: Looked; peer: PeerStatus | null }

/**
 * Sends something through the tunnels first and reads the device then: a pair that had nothing to say shakes hands again
 * only when there is something to send, and its old handshake means nothing.
 */
export async function walk({ context, config, wanted, ask }: Walk): Promise<Seen> {
  const before = await look(context, config)
  const asked = addressText(wanted)
  const find = ({ peers }: Status): PeerStatus | null =>
    peers.find(({ name, address, address6 }) => name === wanted || address === asked || address6 === asked) ?? null
  const there = find(before.status)
  const console = before.device ? await ask(config) : null
  const pings = there && before.device ? await pingAll(context, addressesToPing(there, before.status, asked)) : []
  const { status, device, now } = await look(context, config)
  const peer = find(status)
  const hub = device?.peers.find(({ key }) => key === config.hub['public-key'])
  const looked: Looked = {
    hubShakenAgoS: hub?.handshakeAt ? now.unixS - hub.handshakeAt : null,
    console,
    held: peer !== null && (device?.peers.some(({ key }) => key === peer.publicKey) ?? false),
    pings,
    nowS: now.unixS,
  }
  return { status, looked, peer }
}

/** An address as the view writes it; undefined for what is none. */
function addressText(text: string | undefined): string | undefined {
  const parsed = parseAddress(text ?? '')
  return parsed.ok ? formatAddress(parsed.value) : undefined
}

/** The address that was asked for, or every one that this node can send to. */
function addressesToPing({ address, address6 }: PeerStatus, own: Status, asked: string | undefined): string[] {
  if (asked !== undefined) return [asked]
  return address6 === null || own.address6 === null ? [address] : [address, address6]
}

async function pingAll(context: Context, addresses: readonly string[]): Promise<Looked['pings']> {
  const all = await Promise.all(
    addresses.map(async (address) => ({ address, answers: await answersPing(context, address) })),
  )
  return all.flatMap(({ address, answers }) => (answers === null ? [] : [{ address, answers }]))
}

async function askConsole(config: Config): Promise<Asked> {
  const mesh = meshClient(meshTarget(config))
  const answer = await mesh.hello(AbortSignal.timeout(CONSOLE_MS))
  if (answer.ok) return { answers: true, sentence: 'The console answers.' }
  const { problem } = answer
  if (problem.kind === 'refused') return { answers: false, sentence: problem.refusal.message }
  return {
    answers: false,
    sentence: problem.kind === 'aborted' ? 'The console did not answer in time.' : problem.sentence,
  }
}

async function answersPing(context: Context, address: string): Promise<boolean | null> {
  try {
    await context.tools.run('ping', ['-n', '-c', '1', '-W', '2', address])
    return true
  } catch (error) {
    // A machine without ping says nothing about the peer.
    return error instanceof CommandFailure && error.missing ? null : false
  }
}
