import { setTimeout as sleep } from 'node:timers/promises'
import { parseEndpoint, USUAL_KEEPALIVE_S } from '@warren/protocol'
import { doorAddress, doorHub } from '@warren/protocol/door'
import type { Names } from '../daemon/names.ts'
import { Failure } from '../failure.ts'
import { namesIn, usableCandidates } from '../plan/candidates.ts'
import { TRY_MS } from '../plan/path-step.ts'
import { allowedIp, type PeerChange } from '../plan/plan.ts'
import { rootWidth } from '../plan/view-problem.ts'
import { CommandFailure } from '../system/command-failure.ts'
import { addAddress, interfaceAddress, readLink, setAddresses } from '../wireguard/addresses.ts'
import { applyChanges } from '../wireguard/apply.ts'
import { readDevice, type Tools } from '../wireguard/device.ts'
import type { Ticket } from './ticket.ts'

/** Chosen: three initiations, which WireGuard sends 5 s apart, and one for each further address of the hub. */
const HANDSHAKE_MS = 14_000
/** A hub that is there answers at once; one that is slow is not worth a process fifty times a second. */
const LOOK_MS = { first: 20, longest: 250 } as const

/** Where the hub's name leads now. @throws Failure (unreachable) when it leads nowhere */
export async function hubAddresses(ticket: Ticket, names: Names): Promise<string[]> {
  await names.refresh(namesIn([ticket.endpoint]))
  const endpoints = usableCandidates([ticket.endpoint], names.addressesOf, { inside: [ticket.prefix] })
  if (endpoints.length > 0) return endpoints
  throw new Failure(
    'unreachable',
    `The hub's name ${parseEndpoint(ticket.endpoint)?.host ?? ticket.endpoint} cannot be resolved; check this machine's name server (/etc/resolv.conf).`,
  )
}

/**
 * Gives the interface its address in the door, and gives where the mesh API answers through it. Where IPv6 cannot be
 * used inside the tunnel, both are the network's own addresses, as innernet has it.
 */
export async function enterDoor(tools: Tools, ticket: Ticket): Promise<{ host: string; viaDoor: boolean }> {
  const door = interfaceAddress(doorAddress(ticket.hubKey, ticket.temporaryPublicKey), 64)
  const { addresses } = await readLink(tools.run, ticket.interface)
  try {
    if (!addresses.includes(door)) await addAddress(tools.run, ticket.interface, door)
    return { host: doorHub(ticket.hubKey), viaDoor: true }
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    const own = interfaceAddress(ticket.address, rootWidth(ticket.prefix))
    await setAddresses(tools.run, ticket.interface, { has: addresses, wants: [own] })
    return { host: ticket.hubAddress, viaDoor: false }
  }
}

/**
 * Makes the hub the only peer and waits for its handshake. The peer is made anew each time: a repeated attempt would
 * otherwise wait until WireGuard lets it initiate again.
 * @throws Failure (unreachable) that says what was tried and what to check
 */
export async function reachHub(tools: Tools, ticket: Ticket, endpoints: readonly string[]): Promise<void> {
  const live = await readDevice(tools.run, ticket.interface)
  const strangers = (live?.peers ?? []).map((peer): PeerChange => ({ kind: 'remove', key: peer.key }))
  await applyChanges(tools.run, ticket.interface, strangers)

  const began = performance.now()
  for (let tries = 0; performance.now() - began < HANDSHAKE_MS; tries += 1) {
    const endpoint = endpoints[tries % endpoints.length] ?? ''
    const allowedIps = [allowedIp(doorHub(ticket.hubKey)), allowedIp(ticket.hubAddress)]
    if (tries === 0) await setHub(tools, ticket, { allowedIps, endpoint, keepalive: USUAL_KEEPALIVE_S })
    else if (endpoints.length > 1) await setHub(tools, ticket, { endpoint, nudge: USUAL_KEEPALIVE_S })
    if (await shookHands(tools, ticket, Math.min(began + HANDSHAKE_MS, performance.now() + TRY_MS))) return
  }
  throw new Failure(
    'unreachable',
    `The hub did not answer at ${endpoints.join(' or ')} (UDP) within ${HANDSHAKE_MS / 1000} s; check that this port is open on the way there, that the hub is running, and that the invitation is its own and not long ended: to a wrong key it is silent too.`,
  )
}

type HubChange = Omit<Extract<PeerChange, { kind: 'set' }>, 'kind' | 'key'>

const setHub = (tools: Tools, ticket: Ticket, change: HubChange): Promise<void> =>
  applyChanges(tools.run, ticket.interface, [{ kind: 'set', key: ticket.hubKey, ...change }])

/** @param until milliseconds of the monotonic clock */
async function shookHands(tools: Tools, ticket: Ticket, until: number): Promise<boolean> {
  for (
    let pauseMs: number = LOOK_MS.first;
    performance.now() < until;
    pauseMs = Math.min(pauseMs * 1.2, LOOK_MS.longest)
  ) {
    const live = await readDevice(tools.run, ticket.interface)
    if (live?.peers.some((peer) => peer.key === ticket.hubKey && peer.handshakeAt > 0)) return true
    await sleep(pauseMs)
  }
  return false
}
