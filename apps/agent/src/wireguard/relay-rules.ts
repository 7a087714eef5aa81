import { CommandFailure } from '../system/command-failure.ts'
import type { Run } from '../system/run.ts'
import type { Route } from './routes.ts'

/** One end of a relayed pair: the hub's port that this side sends to, where the side is, and the hub's way there. */
export type Leg = {
  readonly port: number
  readonly at: { readonly address: string; readonly port: number }
  readonly route: Route
}

export type RelayRulesSpec = {
  /** Both legs are of one family. */
  readonly relays: readonly (readonly [Leg, Leg])[]
  /** Bytes per second. */
  readonly pairRate: number
  readonly totalRate: number
}

const TABLE = 'netdev warren_relay'

/**
 * The rules by which the kernel passes WireGuard's data packets on, as one text for nft(8). They change addresses and ports
 * where packets come in (the ingress hook) and send them out again, so that
 * - nothing else is forwarded: no sysctl is needed, and neither another program's filter nor its NAT is asked or changed;
 * - no connection is tracked: what is taken out of the rules has ended with that.
 * A packet must come from one end's address and port to that end's port; one that does not, or that is a handshake, goes the
 * usual way up, to the forwarder. So does one packet in ten seconds, by which the forwarder knows that an end is alive.
 */
export function relayRules({ relays, pairRate, totalRate }: RelayRulesSpec): string {
  const legs = relays.flatMap(([a, b]) => [
    { from: a, to: b, limit: a.port },
    { from: b, to: a, limit: a.port },
  ])
  const devices = [...new Set(legs.map(({ from }) => from.route.device))].sort()
  const first = Math.min(...legs.map(({ from }) => from.port))
  const last = Math.max(...legs.map(({ from }) => from.port))
  return `table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
${limit('total', totalRate)}
${relays.map(([a]) => limit(`pair${a.port}`, pairRate)).join('\n')}
${legs.map(({ from, to, limit: pair }) => passing(from, to, pair)).join('\n')}
  chain relay {
    udp length < 40 return
    @th,64,32 != 0x04000000 return
    ip frag-off & 0x3fff != 0 return
${verdicts('ip', legs)}${verdicts('ip6', legs)}  }
${devices
  .map(
    (device, at) => `  chain in${at} {
    type filter hook ingress device "${device}" priority filter; policy accept;
    udp dport ${first}-${last} jump relay
  }`,
  )
  .join('\n')}
}
`
}

/** Puts rules in force. @throws CommandFailure */
export const setRelayRules = async (run: Run, rules: string): Promise<void> =>
  void (await run('nft', ['-f', '-'], rules))

/** Takes the rules away; fine when there are none. @throws CommandFailure */
export const removeRelayRules = (run: Run): Promise<void> =>
  setRelayRules(run, `table ${TABLE}\ndelete table ${TABLE}\n`)

/** The devices that the rules listen on; null when there are no rules, because another program flushed them, say. */
export async function relayDevices(run: Run): Promise<string[] | null> {
  const text = await run('nft', ['list', 'table', ...TABLE.split(' ')]).catch((error: unknown) => {
    if (error instanceof CommandFailure) return null
    throw error
  })
  if (text === null) return null
  // A chain outlives its device, and one device or several are written differently (`devices = { "eth0" }`).
  return [...text.matchAll(/hook ingress devices?[ ={]+"([^"]+)"/g)].map((match) => match[1] ?? '').sort()
}

const family = (leg: Leg): 'ip' | 'ip6' => (leg.at.address.includes(':') ? 'ip6' : 'ip')

const limit = (name: string, rate: number): string => {
  const kilobytes = Math.round(rate / 1024)
  return `  limit ${name} {\n    rate over ${kilobytes} kbytes/second burst ${Math.max(96, Math.round(kilobytes / 10))} kbytes\n  }`
}

const passing = (from: Leg, to: Leg, pair: number): string => {
  const ip = family(from)
  return `  chain from${from.port} {
    limit rate 6/minute burst 1 packets return
    limit name "pair${pair}" drop
    limit name "total" drop
    ${ip} saddr set ${to.route.source}
    ${ip} daddr set ${to.at.address}
    udp sport set ${to.port}
    udp dport set ${to.at.port}
    fwd ${ip} to ${to.route.via ?? to.at.address} device "${to.route.device}"
  }`
}

function verdicts(ip: 'ip' | 'ip6', legs: readonly { from: Leg }[]): string {
  const own = legs.filter(({ from }) => family(from) === ip)
  if (own.length === 0) return ''
  const elements = own.map(
    ({ from: { at, port, route } }) =>
      `      ${at.address} . ${at.port} . ${route.source} . ${port} : goto from${port}`,
  )
  return `    ${ip} saddr . udp sport . ${ip} daddr . udp dport vmap {\n${elements.join(',\n')}\n    }\n`
}
