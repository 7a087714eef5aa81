import { readFile, writeFile } from 'node:fs/promises'
import { Failure } from '../failure.ts'

/**
 * Lets the kernel forward what comes in through a hub's device, for the devices behind it, and through no other interface
 * of this machine. Linux has no such switch for IPv6 (ip-sysctl: conf/all/forwarding is for all of them and ends router
 * advertisements), so that one is only demanded.
 * @throws Failure (machine) when packets would not be forwarded
 */
export async function allowForwarding(device: string, pairs: readonly (readonly [string, string])[]): Promise<void> {
  if (pairs.some(([address]) => !address.includes(':'))) await demandOn(`ipv4/conf/${device}/forwarding`, true)
  if (pairs.some(([address]) => address.includes(':'))) await demandOn('ipv6/conf/all/forwarding', false)
}

/** In a container /proc/sys cannot be written; then whoever runs it has to have switched it on. */
async function demandOn(setting: string, ours: boolean): Promise<void> {
  const file = `/proc/sys/net/${setting}`
  const isOn = async () => (await readFile(file, 'utf8').catch(() => '')).trim() === '1'
  if (await isOn()) return
  if (ours) await writeFile(file, '1').catch(() => {})
  if (await isOn()) return
  throw new Failure(
    'machine',
    `The kernel does not forward for devices: set net.${setting.replaceAll('/', '.')} to 1 on the hub's host.`,
  )
}
