import { contains, formatPrefix, hostPrefix, parseAddress, parsePrefix, prefixOf } from '@warren/cidr'
import { InterfaceName, type Invitation, type PrivateKey, type PublicKey, parseEndpoint } from '@warren/protocol'
import { Failure } from '../failure.ts'
import { routeProblem } from '../plan/view-problem.ts'
import { publicKeyOf } from '../wireguard/keys.ts'

/** An invitation as joining needs it: every text checked against this machine's interests. */
export type Ticket = {
  readonly network: string
  readonly interface: string
  /** The root CIDR. */
  readonly prefix: string
  /** This node's own address to be. */
  readonly address: string
  /** Null when the invitation does not say (innernet's do not). */
  readonly name: string | null
  readonly temporaryKey: PrivateKey
  readonly temporaryPublicKey: PublicKey
  readonly listenPort: number | null
  readonly hubKey: PublicKey
  readonly endpoint: string
  readonly internal: string
  /** The hub's mesh address, from `internal`. */
  readonly hubAddress: string
  readonly apiPort: number
}

/** @throws Failure (refused) naming the field of the invitation and the reason */
export function ticketOf(invitation: Invitation): Ticket {
  const { interface: own, server, warren } = invitation
  const [addressText = '', width = ''] = own.address.split('/')
  const address = parseAddress(addressText)
  const internal = parseEndpoint(server['internal-endpoint'])
  if (!address.ok || !internal) throw new Error('the codec let an address pass that is none')

  const device = InterfaceName.safeParse(warren?.interface ?? own['network-name'])
  if (!device.success) throw wrong('warren.interface', device.error.issues[0]?.message ?? 'not a name')
  const root = warren
    ? parsePrefix(warren.prefix)
    : ({ ok: true, value: prefixOf(address.value, Number(width)) } as const)
  if (!root.ok) throw wrong('warren.prefix', 'It is not a prefix such as 10.42.0.0/16.')
  const hubAddress = parseAddress(internal.host)
  if (!hubAddress.ok || !contains(root.value, hostPrefix(hubAddress.value))) {
    throw wrong('server.internal-endpoint', `${internal.host} is outside the network ${formatPrefix(root.value)}.`)
  }
  if (!contains(root.value, hostPrefix(address.value))) {
    throw wrong('interface.address', `${addressText} is outside the network ${formatPrefix(root.value)}.`)
  }
  const outside = parseEndpoint(server['external-endpoint'])
  const route = routeProblem(root.value, outside && outside.family !== null ? [outside.host] : [])
  if (route) throw wrong('warren.prefix', route)

  return {
    network: own['network-name'],
    interface: device.data,
    prefix: formatPrefix(root.value),
    address: addressText,
    name: warren?.name ?? null,
    temporaryKey: own['private-key'],
    temporaryPublicKey: publicKeyOf(own['private-key']),
    listenPort: own['listen-port'] ?? null,
    hubKey: server['public-key'],
    endpoint: server['external-endpoint'],
    internal: server['internal-endpoint'],
    hubAddress: internal.host,
    apiPort: internal.port,
  }
}

const wrong = (field: string, reason: string): Failure =>
  new Failure('refused', `The invitation's ${field} is not usable: ${reason}`, field)
