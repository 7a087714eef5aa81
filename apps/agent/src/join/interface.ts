import { randomInt } from 'node:crypto'
import type { PrivateKey, PublicKey } from '@warren/protocol'
import { Failure } from '../failure.ts'
import { demandFree, ensureDevice, readDevice, type Tools } from '../wireguard/device.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import type { Ticket } from './ticket.ts'

/** Chosen: above what services use, below what Linux hands out by itself (net.ipv4.ip_local_port_range). */
const PORTS = { from: 20_000, to: 32_000 } as const
const PORT_ATTEMPTS = 5

/**
 * Makes the interface with the temporary key, on the invitation's port or one of its own: a fixed port lets NAT and
 * neighbours find this node again after a reboot.
 * @param known the port of an earlier attempt
 * @returns the port
 * @throws Failure
 */
export async function makeJoiningInterface(tools: Tools, ticket: Ticket, known: number | null): Promise<number> {
  const fixed = known ?? ticket.listenPort
  for (let attempt = 1; ; attempt += 1) {
    const listenPort = fixed ?? randomInt(PORTS.from, PORTS.to)
    try {
      await ensureDevice(tools, {
        name: ticket.interface,
        privateKey: ticket.temporaryKey,
        addresses: [],
        listenPort,
      })
      return listenPort
    } catch (error) {
      const isPort = error instanceof Failure && error.field === 'listen-port'
      if (!isPort || fixed !== null || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

/**
 * Makes sure that an interface of the invitation's name may be taken: it carries a key of this attempt, or its only
 * peer is the hub (an earlier attempt with another invitation). @throws Failure (refused)
 */
export async function demandOwnInterface(tools: Tools, ticket: Ticket, ownKeys: readonly PrivateKey[]): Promise<void> {
  const live = await readDevice(tools.run, ticket.interface)
  if (!live) return demandFree(tools.run, ticket.interface)
  if (live.publicKey === null) return
  const known: PublicKey[] = ownKeys.map(publicKeyOf)
  if (known.includes(live.publicKey)) return
  if (live.peers.length === 1 && live.peers[0]?.key === ticket.hubKey) return
  if (live.publicKey === ticket.hubKey) {
    throw new Failure('refused', 'This machine is the hub of that network and in it already; join on another machine.')
  }
  throw new Failure(
    'refused',
    `There already is a WireGuard interface ${ticket.interface} that is not this network's; take it down first, or have the network use another interface name.`,
  )
}
