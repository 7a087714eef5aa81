import { type Address, formatAddress, holds, type Prefix, parseAddress, parsePrefix } from '@warren/cidr'
import { formatEndpoint, MAX_CANDIDATES, parseEndpoint } from '@warren/protocol'

/** An address of a network interface of this node, as node:os tells it. */
export type OwnAddress = {
  readonly device: string
  readonly address: string
  readonly internal: boolean
  /** The interface is a tunnel, whatever its name: of another network of this node, or of another VPN. */
  readonly tunnel: boolean
}

/** Interfaces that lead into this machine or into a tunnel, never to a neighbour: containers, virtual machines, VPNs. */
const LOCAL_ONLY =
  /^(lo$|docker\d|podman\d|br-[0-9a-f]{12}$|veth[0-9a-f]{6,}|virbr|vboxnet|vmnet|lxcbr|lxdbr|cni|flannel|cali|tun|tap|wg|tailscale|zt[0-9a-z]{8})/

/** Nobody elsewhere can send there: unspecified, loopback, link-local (needs a zone), multicast, reserved (RFC 6890). */
const UNUSABLE = prefixes(
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fe80::/10',
  'ff00::/8',
)

/** Nothing can be sent there, whoever names it: unspecified, link-local without a zone, multicast, reserved (RFC 6890). */
const NOBODY = prefixes('0.0.0.0/8', '224.0.0.0/3', '::/128', 'fe80::/10', 'ff00::/8')

/** Prefixes that a person wants endpoints to be in, or not to be in. */
export type Filter = { readonly only?: readonly string[] | undefined; readonly except?: readonly string[] | undefined }

/** Which endpoints are none: those `inside` the network's own prefixes, and those that the filter keeps out. */
export type Bounds = { readonly inside: readonly string[]; readonly filter?: Filter }

const isIn = (blocks: readonly Prefix[], address: Address): boolean => blocks.some((block) => holds(block, address))

/** Whether an address is within bounds, and in none of the blocks that nobody can send to. */
function within({ inside, filter = {} }: Bounds, unusable: readonly Prefix[]): (address: Address) => boolean {
  const only = filter.only && prefixes(...filter.only)
  const excluded = [...unusable, ...prefixes(...inside, ...(filter.except ?? []))]
  return (address) => (only === undefined || isIn(only, address)) && !isIn(excluded, address)
}

/**
 * Where neighbours may reach this node: its own addresses with its WireGuard port, IPv4 first, at most as many as the
 * protocol takes. Tunnels are left out.
 */
export function ownCandidates(own: readonly OwnAddress[], port: number, bounds: Bounds): string[] {
  const isUsable = within(bounds, UNUSABLE)
  const usable = own
    .filter(({ device, internal, tunnel }) => !internal && !tunnel && !LOCAL_ONLY.test(device))
    .flatMap(({ address }) => addressOf(address))
    .filter(isUsable)
    .sort((a, b) => a.family - b.family)
  const endpoints = usable.map((address) => formatEndpoint({ host: formatAddress(address), port }))
  return [...new Set(endpoints)].slice(0, MAX_CANDIDATES)
}

/**
 * The addresses to try for one peer, in order: names replaced by what they resolve to (`resolve`, nothing while that is
 * unknown), and what cannot be meant left out. An endpoint inside the network's own prefixes would send a tunnel into itself.
 */
export function usableCandidates(
  at: readonly string[],
  resolve: (host: string) => readonly string[],
  bounds: Bounds,
): string[] {
  const isUsable = within(bounds, NOBODY)
  const endpoints = at.flatMap((text) => {
    const endpoint = parseEndpoint(text)
    if (!endpoint) return []
    const hosts = endpoint.family === null ? resolve(endpoint.host) : [endpoint.host]
    return hosts
      .flatMap(addressOf)
      .filter(isUsable)
      .map((address) => formatEndpoint({ host: formatAddress(address), port: endpoint.port }))
  })
  return [...new Set(endpoints)]
}

/** The DNS names among endpoints. */
export const namesIn = (at: readonly string[]): string[] =>
  at.flatMap((text) => {
    const endpoint = parseEndpoint(text)
    return endpoint?.family === null ? [endpoint.host] : []
  })

function addressOf(text: string): Address[] {
  const parsed = parseAddress(text)
  return parsed.ok ? [parsed.value] : []
}

function prefixes(...texts: string[]): Prefix[] {
  return texts.map((text) => {
    const parsed = parsePrefix(text)
    if (!parsed.ok) throw new Error(`${text} is not a prefix, though a schema let it pass`)
    return parsed.value
  })
}
