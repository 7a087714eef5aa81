import { readFile, writeFile } from 'node:fs/promises'

/** The switches of the kernel (ip-sysctl), as far as this process may read and write them. */
export type Switches = {
  read(setting: string): Promise<string>
  write(setting: string, value: string): Promise<void>
}

const fileOf = (setting: string): string => `/proc/sys/net/${setting}`
const kernel: Switches = {
  read: (setting) => readFile(fileOf(setting), 'utf8'),
  write: (setting, value) => writeFile(fileOf(setting), value),
}

/**
 * Lets the kernel forward what comes in through a hub's device, for the devices behind it, and through no other interface
 * of this machine. For IPv6 Linux has had such a switch since 6.17; before, conf/all/forwarding is for all interfaces and
 * ends router advertisements, so that one is only asked for. In a container nothing can be switched; then whoever runs it
 * has to have done so.
 * @returns what of it is not forwarded and what to do about it, one sentence; null when all is
 */
export async function allowForwarding(
  device: string,
  pairs: readonly (readonly [string, string])[],
  switches: Switches = kernel,
): Promise<string | null> {
  const needs = (six: boolean): boolean => pairs.some(([address]) => address.includes(':') === six)
  const four = needs(false) ? await missing(switches, `ipv4/conf/${device}/forwarding`) : null
  const six = needs(true) ? await missing(switches, `ipv6/conf/${device}/force_forwarding`) : null
  if (six !== null && !(await isOn(switches, ALL_OF_IPV6))) return notForwarded('IPv6', ALL_OF_IPV6)
  return four && notForwarded('IPv4', four)
}

const ALL_OF_IPV6 = 'ipv6/conf/all/forwarding'

/** The setting, when it is off and cannot be switched on. */
async function missing(switches: Switches, setting: string): Promise<string | null> {
  if (await isOn(switches, setting)) return null
  await switches.write(setting, '1').catch(() => {})
  return (await isOn(switches, setting)) ? null : setting
}

const isOn = async (switches: Switches, setting: string): Promise<boolean> =>
  (await switches.read(setting).catch(() => '')).trim() === '1'

const notForwarded = (family: string, setting: string): string =>
  `The kernel does not forward ${family} for devices: set net.${setting.replaceAll('/', '.')} to 1 on the hub's host.`
