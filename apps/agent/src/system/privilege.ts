import { readFile } from 'node:fs/promises'
import { Failure } from '../failure.ts'

/** Bit of CAP_NET_ADMIN in a capability set: capabilities(7), linux/capability.h. */
const NET_ADMIN = 12n

/** @param does what the command does that needs root. @throws Failure (machine) when this process is not root's */
export function demandRoot(command: string, does: string): void {
  if (process.geteuid?.() === 0) return
  throw new Failure('machine', `warren ${command} ${does}, which needs root: run it with sudo.`)
}

/** @throws Failure (machine) when this process may not administer the network */
export async function demandNetworkAdmin(command: string): Promise<void> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  if (effective && (BigInt(`0x${effective}`) >> NET_ADMIN) & 1n) return
  throw new Failure('machine', `warren ${command} changes network interfaces, which needs root: run it with sudo.`)
}
