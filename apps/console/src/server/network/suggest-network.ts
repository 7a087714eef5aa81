import { networkInterfaces } from 'node:os'
import {
  type Address,
  formatAddress,
  formatPrefix,
  hostPrefix,
  overlaps,
  type Prefix,
  parseAddress,
} from '@warren/cidr'
import { listNetworks } from '@warren/db'
import { formatEndpoint } from '@warren/protocol'
import { prefixIn } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { rootsOf } from './roots.ts'

/** WireGuard's customary port; each further network gets the next one. */
const FIRST_PORT = 51820

/** Addresses that other hosts cannot send to: this host, link-local (RFC 3927, RFC 4291 2.5.6). */
const unreachable = ['127.0.0.0/8', '169.254.0.0/16', '::1/128', 'fe80::/10'].map(prefixIn)

/** Private use: RFC 1918, RFC 6598 (carriers' NAT), RFC 4193. Good in a house, not across the internet. */
const inHouse = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].map(prefixIn)

/** Chosen: an out-of-the-way part of 10/8 first, then its neighbours. */
const candidates = Array.from({ length: 200 }, (_, i) => prefixIn(`10.${42 + i}.0.0/16`))

/** What a form for a new network begins with. `endpoints` in the order of how likely they are right. */
export type NetworkSuggestion = { endpoints: string[]; listenPort: number; prefix: string }

/** Suggests an endpoint from this machine's addresses, a free port and a prefix that nothing here uses. */
export async function suggestNetwork({ db }: Ctx): Promise<NetworkSuggestion> {
  const [networks, roots] = await Promise.all([listNetworks(db), rootsOf(db)])
  const inUse = new Set(networks.map((network) => network.listenPort))
  let listenPort = FIRST_PORT
  while (inUse.has(listenPort)) listenPort += 1

  const own = new Set(networks.map((network) => network.interface))
  const addresses = ownAddresses(own)
  const taken = [...roots.map((root) => root.prefix), ...addresses.map(hostPrefix)]
  const prefix = candidates.find((candidate) => !taken.some((other) => overlaps(candidate, other))) ?? candidates[0]
  return {
    endpoints: addresses.map((address) => formatEndpoint({ host: formatAddress(address), port: listenPort })),
    listenPort,
    prefix: prefix ? formatPrefix(prefix) : '',
  }
}

/** This machine's addresses that others may reach: public before private, IPv4 before IPv6. */
function ownAddresses(ownInterfaces: ReadonlySet<string>): Address[] {
  const found = Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    ownInterfaces.has(name) ? [] : (entries ?? []).map((entry) => parseAddress(entry.address)),
  )
  const addresses = found.flatMap((address) => (address.ok ? [address.value] : []))
  const usable = addresses.filter((address) => !within(unreachable, address))
  return usable.sort((a, b) => rank(a) - rank(b))
}

const within = (prefixes: readonly Prefix[], address: Address): boolean =>
  prefixes.some((prefix) => overlaps(prefix, hostPrefix(address)))

const rank = (address: Address): number => (within(inHouse, address) ? 2 : 0) + (address.family === 4 ? 0 : 1)
