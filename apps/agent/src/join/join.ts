import { type RedeemAnswer, Refusal } from '@warren/protocol'
import type { Env } from '../env.ts'
import { Failure } from '../failure.ts'
import { meshClient } from '../mesh/client.ts'
import type { View } from '../plan/answer.ts'
import {
  type Config,
  type JoinedConfig,
  loadConfig,
  networksHere,
  type PendingConfig,
  removeConfig,
  saveConfig,
} from '../state/config.ts'
import { meshTarget } from '../state/mesh-target.ts'
import { loadView } from '../state/saved-view.ts'
import { removeDevice, setPrivateKey } from '../wireguard/device.ts'
import { newPrivateKey, newSecret } from '../wireguard/keys.ts'
import { crashDoor } from './crash-door.ts'
import { type FinishParts, firstView, swapKeys, wholeView } from './finish.ts'
import { enterDoor, hubAddresses, reachHub } from './hub-tunnel.ts'
import { demandOwnInterface, makeJoiningInterface } from './interface.ts'
import { mayPass, redeem } from './redeem.ts'
import type { Ticket } from './ticket.ts'

/** `hosts`: whether peers' names go to the hosts file; `pinKeys`: how keys of peers are held to, left out: as before. */
export type JoinParts = FinishParts & { readonly hosts: boolean; readonly pinKeys?: 'usual' | 'strict' }

export type Joined = { readonly config: JoinedConfig; readonly view: View }

/**
 * Makes this node a member. Each step leaves something that the next attempt finds, so a crash, a power cut or a lost
 * answer anywhere is resumed by running it again; what was refused for good leaves nothing behind.
 * @throws Failure, or the console's Refusal
 */
export async function join(parts: JoinParts, ticket: Ticket): Promise<Joined> {
  const known = await loadConfig(parts.env, ticket.network)
  if (known?.state === 'joined') return finishJoined(parts, ticket, known)
  await demandFreeInterfaceName(parts.env, ticket)
  await demandOwnInterface(parts.tools, ticket, [ticket.temporaryKey, ...(known ? [known.peer['private-key']] : [])])
  const earlier = known?.invitation['private-key'] === ticket.temporaryKey ? known : null
  try {
    return await joinAnew(parts, ticket, earlier)
  } catch (error) {
    await tidy(parts, ticket, error)
    throw error
  }
}

async function joinAnew(parts: JoinParts, ticket: Ticket, earlier: PendingConfig | null): Promise<Joined> {
  const crash = crashDoor(parts.env.crashAfter)
  const endpoints = await hubAddresses(ticket, parts.names)
  const listenPort = await makeJoiningInterface(parts.tools, ticket, earlier?.peer['listen-port'] ?? null)
  const door = await enterDoor(parts.tools, ticket)
  crash('interface')
  const reach = (): Promise<void> => reachHub(parts.tools, ticket, endpoints)
  await reach()
  crash('handshake')

  const pending = withPins(parts, earlier ?? newPending(parts, ticket, listenPort))
  await saveConfig(parts.env, pending)
  crash('pending')
  const admission = { ticket, pending, endpoints, host: door.host, isSecond: earlier !== null }
  const answer = await (door.viaDoor ? redeem({ ...admission, reach }) : redeemWithoutDoor(parts, admission))
  crash('redeemed')
  const config = joinedConfig(pending, answer)
  await saveConfig(parts.env, config)
  await swapKeys(parts.tools, config, endpoints)
  crash('swapped')
  return { config, view: await firstView(parts, config) }
}

/** A member whose first view never arrived goes on from there; one that has it is done already. */
async function finishJoined(parts: JoinParts, ticket: Ticket, config: JoinedConfig): Promise<Joined> {
  const { network, peer, hub } = config
  if (hub['public-key'] !== ticket.hubKey || (await loadView(parts.env, network.name))) {
    throw new Failure(
      'refused',
      `This node already is ${peer.name} in the network ${network.name}; to join anew, run warren leave ${network.name} first.`,
    )
  }
  const asked = withPins(parts, config)
  if (asked !== config) await saveConfig(parts.env, asked)
  await swapKeys(parts.tools, asked, await hubAddresses(ticket, parts.names))
  return { config: asked, view: await firstView(parts, asked) }
}

/** A configuration with the pins that were asked for; an attempt that is resumed may ask for others. */
const withPins = <C extends Config>({ pinKeys }: JoinParts, config: C): C =>
  pinKeys === undefined ? config : { ...config, settings: { ...config.settings, 'pin-keys': pinKeys } }

type Admission = {
  readonly ticket: Ticket
  readonly pending: PendingConfig
  readonly endpoints: readonly string[]
  /** Where the mesh API answers. */
  readonly host: string
  /** Whether the pending keys were sent before. */
  readonly isSecond: boolean
}

/** Chosen: two initiations of WireGuard. */
const MEMBER_MS = 6_000
/** Chosen: a redemption takes a few tenths of a second, and each one here waits for an answer that cannot come. */
const ANSWER_MS = 1_500

/**
 * Redeems from the network's own address, where the door cannot be used: with the redemption that address goes to the
 * lasting key, and the answer after it. So silence may mean success, which the lasting key finds out.
 */
async function redeemWithoutDoor(parts: JoinParts, admission: Admission): Promise<RedeemAnswer> {
  const { ticket, pending, endpoints, host } = admission
  if (admission.isSecond) {
    const member = await memberAlready(parts, pending, endpoints)
    if (member) return member
    await setPrivateKey(parts.tools, ticket.interface, ticket.temporaryKey)
    await reachHub(parts.tools, ticket, endpoints)
  }
  try {
    return await redeem({ ticket, pending, host, limitMs: ANSWER_MS })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const member = await memberAlready(parts, pending, endpoints)
    if (member) return member
    throw error
  }
}

/** What a member of these keys would be told; null when the console knows none. */
async function memberAlready(
  parts: JoinParts,
  pending: PendingConfig,
  endpoints: readonly string[],
): Promise<RedeemAnswer | null> {
  await swapKeys(parts.tools, pending, endpoints)
  const view = await wholeView(meshClient(meshTarget(pending)), MEMBER_MS)
  if (!view.ok) return null
  const { id, name, network } = view.value.self
  return { peerId: id, name, network: network.name }
}

function newPending(parts: JoinParts, ticket: Ticket, listenPort: number): PendingConfig {
  return {
    state: 'pending',
    network: { name: ticket.network, interface: ticket.interface, prefix: ticket.prefix },
    hub: { 'public-key': ticket.hubKey, endpoint: ticket.endpoint, internal: ticket.internal },
    settings: { hosts: parts.hosts },
    peer: {
      address: ticket.address,
      'private-key': newPrivateKey(),
      secret: newSecret(),
      'listen-port': listenPort,
    },
    invitation: { 'private-key': ticket.temporaryKey },
  }
}

function joinedConfig({ network, hub, settings, peer }: PendingConfig, answer: RedeemAnswer): JoinedConfig {
  return { state: 'joined', network, hub, settings, peer: { ...peer, name: answer.name, id: answer.peerId } }
}

/** Two networks cannot share an interface. */
async function demandFreeInterfaceName(env: Env, ticket: Ticket): Promise<void> {
  for (const name of await networksHere(env)) {
    const other = name === ticket.network ? null : await loadConfig(env, name)
    if (other?.network.interface !== ticket.interface) continue
    throw new Failure('refused', `The network ${name} on this node already uses the interface ${ticket.interface}.`)
  }
}

/**
 * After a failure: the interface goes, because half of one would only be in the way. The pending keys stay unless the
 * console refused them for good: its answer may have been lost, and then they are this node's keys.
 */
async function tidy(parts: JoinParts, ticket: Ticket, error: unknown): Promise<void> {
  const config = await loadConfig(parts.env, ticket.network).catch(() => null)
  if (config?.state === 'joined') return
  await removeDevice(parts.tools.run, ticket.interface).catch(() => {})
  const isFinal = error instanceof Refusal && !(error instanceof Failure) && !mayPass(error.kind)
  if (isFinal) await removeConfig(parts.env, ticket.network)
}
