import { Failure } from '../failure.ts'
import { CommandFailure } from '../system/command-failure.ts'
import type { Run } from '../system/run.ts'

/** What the hub's packet filter must know of one network. */
export type FilterSpec = {
  readonly device: string
  /** The hub's own addresses: in the mesh, one of each family, and in the door. */
  readonly addresses: readonly string[]
  /** TCP port of the mesh API. */
  readonly apiPort: number
  /** The port that DNS queries to these of its addresses are handed on to; null when nobody answers them. */
  readonly dns: { readonly port: number; readonly addresses: readonly string[] } | null
  /** Sources that may talk to the mesh API and to nothing else. */
  readonly restricted: readonly string[]
  /** Pairs of addresses, a device's first, whose packets are forwarded both ways; the family is the same in a pair. */
  readonly forwards: readonly (readonly [string, string])[]
}

/**
 * The name of a device's nft table of a kind. Such names hold fewer characters than those of devices: each other one becomes
 * its code, so that no two devices share a table.
 */
export const tableName = (kind: string, device: string): string =>
  `${kind}_${device.replaceAll(/[^A-Za-z0-9]/g, (other) => `_${other.charCodeAt(0).toString(16)}_`)}`

const tableOf = (device: string): string => `inet ${tableName('warren', device)}`

/**
 * The hub's rules as one text, which nft(8) takes as one transaction (declare, delete, make: the way to replace a table).
 * The mesh API answers inside the tunnel only: Linux would accept its address on any interface. Restricted sources get
 * nothing but that API. What is forwarded stays inside the tunnel and has a device at one end; whether it belongs to a
 * connection does not count, so that a pair that is cut is cut at once. Nothing else is forwarded into the tunnel or out of
 * it, also where the machine forwards for others. Nobody is told of a shorter way (ICMP redirects): there is none.
 */
export function filterRules(spec: FilterSpec): string {
  const table = tableOf(spec.device)
  const dns = (spec.dns?.addresses ?? []).map((to) => `${family(to)} daddr ${to} ${DNS_OVER} ${spec.dns?.port}`)
  const api = spec.addresses.map((to) => `${family(to)} daddr ${to} tcp dport ${spec.apiPort}`)
  return `table ${table}
delete table ${table}
table ${table} {
${set(
  'restricted4',
  'ipv4_addr',
  spec.restricted.filter((ip) => !ip.includes(':')),
)}
${set(
  'restricted6',
  'ipv6_addr',
  spec.restricted.filter((ip) => ip.includes(':')),
)}
${pairs('forwards4', 'ipv4_addr', spec.forwards.filter(isFamily(4)))}
${pairs('forwards6', 'ipv6_addr', spec.forwards.filter(isFamily(6)))}
  chain input {
    type filter hook input priority filter; policy accept;
${[...api, ...dns].map((match) => `    iifname != { "${spec.device}", "lo" } ${match} drop`).join('\n')}
    iifname "${spec.device}" ip saddr @restricted4 jump restricted
    iifname "${spec.device}" ip6 saddr @restricted6 jump restricted
  }
  chain restricted {
${api.map((match) => `    ${match} accept`).join('\n')}
    drop
  }
  chain forwarded {
    ip saddr . ip daddr @forwards4 accept
    ip daddr . ip saddr @forwards4 accept
    ip6 saddr . ip6 daddr @forwards6 accept
    ip6 daddr . ip6 saddr @forwards6 accept
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${spec.device}" oifname "${spec.device}" jump forwarded
    iifname "${spec.device}" drop
    oifname "${spec.device}" drop
  }
${spec.dns ? handedOn(spec.device, spec.dns) : ''}  chain output {
    type filter hook output priority filter; policy accept;
    oifname "${spec.device}" icmp type redirect drop
    oifname "${spec.device}" icmpv6 type nd-redirect drop
  }
}
`
}

const DNS_OVER = 'meta l4proto { tcp, udp } th dport'

/** DNS has port 53, which whoever answers has no right to listen on. */
const handedOn = (device: string, { addresses, port }: NonNullable<FilterSpec['dns']>): string => `  chain names {
    type nat hook prerouting priority dstnat; policy accept;
${addresses
  .map((to) => {
    const at = to.includes(':') ? `[${to}]:${port}` : `${to}:${port}`
    return `    iifname "${device}" ${family(to)} daddr ${to} ${DNS_OVER} 53 dnat ${family(to)} to ${at}`
  })
  .join('\n')}
  }
`

/** Puts the rules in force. @throws Failure (machine) without nft or when the kernel refuses them */
export async function setFilter(run: Run, rules: string): Promise<void> {
  await run('nft', ['-f', '-'], rules).catch(explain)
}

/** Takes the rules away; fine when there are none. */
export async function removeFilter(run: Run, device: string): Promise<void> {
  const table = tableOf(device)
  await run('nft', ['-f', '-'], `table ${table}\ndelete table ${table}\n`).catch(explain)
}

/** Whether the table is still there: another program may have flushed all rules. */
export async function filterStands(run: Run, device: string): Promise<boolean> {
  return run('nft', ['list', 'chain', ...tableOf(device).split(' '), 'restricted']).then(
    () => true,
    () => false,
  )
}

function explain(error: unknown): never {
  if (!(error instanceof CommandFailure)) throw error
  throw new Failure(
    'machine',
    error.missing
      ? 'nft is not installed, and without it invitations cannot be kept apart from members (Debian and Ubuntu: apt-get install nftables).'
      : `nft refused the hub's rules: ${error.stderr.trim().split('\n')[0] ?? 'no reason given'}`,
  )
}

const family = (address: string): 'ip' | 'ip6' => (address.includes(':') ? 'ip6' : 'ip')

function set(name: string, type: string, members: readonly string[]): string {
  const elements = members.length === 0 ? '' : `\n    elements = { ${[...members].sort().join(', ')} }`
  return `  set ${name} {\n    type ${type};${elements}\n  }`
}

const isFamily =
  (wanted: 4 | 6) =>
  ([device]: readonly [string, string]): boolean =>
    device.includes(':') === (wanted === 6)

const pairs = (name: string, type: string, members: readonly (readonly [string, string])[]): string =>
  set(
    name,
    `${type} . ${type}`,
    members.map((pair) => pair.join(' . ')),
  )
