import { CommandFailure } from '../system/command-failure.ts'
import type { Run } from '../system/run.ts'
import { tableName } from './firewall.ts'

/** A device, the UDP port on which it listened, and the one on which it listens now. */
export type PortMove = { readonly device: string; readonly from: number; readonly to: number }

/** Longer than any keepalive in use (25 s), as long as a session without one lives (whitepaper, section 6.1). */
const REMEMBERED = '3m'

const tableOf = (device: string): string => `inet ${tableName('warren_port', device)}`
/** The chain's name says what the rules do: so a restarted hub sees that they stand, and who sent where is not forgotten. */
const chainOf = ({ from, to }: PortMove): string => `from_${from}_to_${to}`

/**
 * Rules by which packets to the port of before reach the device on its new one, and whoever sends there is answered from
 * there: behind a gateway, it would hear nothing else. nft's own redirect would not do, because a connection that is tracked
 * already, as that of every peer may be, never meets a NAT rule again. Changing ports by themselves works for all.
 */
export function portRules(move: PortMove): string {
  const table = tableOf(move.device)
  const { from, to } = move
  return `table ${table}
delete table ${table}
table ${table} {
${[4, 6]
  .map(
    (family) => `  set before${family} {
    type ipv${family}_addr . inet_service;
    size 65535; flags dynamic,timeout; timeout ${REMEMBERED};
  }
`,
  )
  .join('')}  chain ${chainOf(move)} {
    type filter hook prerouting priority raw; policy accept;
    meta l4proto udp fib daddr type local jump arriving
  }
  chain arriving {
    udp dport ${to} delete @before4 { ip saddr . udp sport }
    udp dport ${to} delete @before6 { ip6 saddr . udp sport }
    udp dport ${from} update @before4 { ip saddr . udp sport }
    udp dport ${from} update @before6 { ip6 saddr . udp sport }
    udp dport ${from} udp dport set ${to}
  }
  chain leaving {
    type filter hook postrouting priority 300; policy accept;
    udp sport ${to} ip daddr . udp dport @before4 udp sport set ${from}
    udp sport ${to} ip6 daddr . udp dport @before6 udp sport set ${from}
  }
}
`
}

/** Puts the rules in force, unless they stand. @throws CommandFailure */
export async function setPortRules(run: Run, move: PortMove): Promise<void> {
  const stands = await run('nft', ['list', 'chain', ...tableOf(move.device).split(' '), chainOf(move)]).then(
    () => true,
    (error: unknown) => passOver(error),
  )
  if (!stands) await run('nft', ['-f', '-'], portRules(move))
}

/** Takes the rules away; fine when there are none. @throws CommandFailure */
export async function removePortRules(run: Run, device: string): Promise<void> {
  const table = tableOf(device)
  await run('nft', ['-f', '-'], `table ${table}\ndelete table ${table}\n`)
}

function passOver(error: unknown): false {
  if (error instanceof CommandFailure) return false
  throw error
}
