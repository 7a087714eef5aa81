import { access } from 'node:fs/promises'
import type { PrivateKey } from '@warren/protocol'
import { Failure } from '../failure.ts'
import type { PeerChange } from '../plan/plan.ts'
import { CommandFailure } from '../system/command-failure.ts'
import { withSecretFile } from '../system/files.ts'
import type { Launch, Run } from '../system/run.ts'
import { addAddress, readLink, setAddresses } from './addresses.ts'
import { wgSetCalls } from './apply.ts'
import { explainDump, type LiveDevice, parseDump } from './dump.ts'
import { publicKeyOf } from './keys.ts'

/** What the wireguard room needs from outside. */
export type Tools = {
  readonly run: Run
  readonly launch: Launch
  /** A directory, best in memory, for the moment in which wg reads a key. */
  readonly scratch: string
  /** The program that makes an interface where the kernel cannot. */
  readonly userspace: string
}

/** An interface as it should be, peers aside. */
export type DeviceSpec = {
  readonly name: string
  readonly privateKey: PrivateKey
  /** With the width of the network that is routed into the tunnel, as `10.42.0.7/16`. */
  readonly addresses: readonly string[]
  /** Addresses that it shall have where the machine can: IPv6 may be switched off. */
  readonly optional?: readonly string[]
  /** Null: any free one. */
  readonly listenPort: number | null
}

/** wg-quick's default: room for WireGuard's 80 bytes around IPv6 in an Ethernet frame of 1500. */
export const MTU = 1420

/** The device as it is; null when there is no WireGuard interface of that name. @throws Failure (machine) without wg */
export async function readDevice(run: Run, name: string): Promise<LiveDevice | null> {
  const text = await run('wg', ['show', name, 'dump']).catch((error: unknown) => {
    if (!(error instanceof CommandFailure)) throw error
    if (error.missing) throw new Failure('machine', missingTool('wg', 'wireguard-tools'))
    if (error.exitCode === null) throw error
    return null
  })
  if (text === null) return null
  const device = parseDump(text)
  if (!device.ok) throw new Failure('machine', explainDump(device.problem))
  return device.value
}

/**
 * Makes the interface if it is missing and mends what differs; an interface that is as it should be is only looked at.
 * Gives the device as it is afterwards, and whether it was made anew.
 * @throws Failure (machine) when a tool, /dev/net/tun or the port is not to be had; Failure (refused) on a foreign interface
 */
export async function ensureDevice(tools: Tools, spec: DeviceSpec): Promise<{ device: LiveDevice; made: boolean }> {
  let device = await readDevice(tools.run, spec.name)
  const made = device === null
  if (made) await makeInterface(tools, spec.name)
  const link = await readLink(tools.run, spec.name)
  const hasKey = device?.publicKey === publicKeyOf(spec.privateKey)
  if (!hasKey) await setPrivateKey(tools, spec.name, spec.privateKey)
  if (!link.up || link.mtu !== MTU) {
    await tools.run('ip', ['link', 'set', 'mtu', String(MTU), 'up', 'dev', spec.name])
  }
  await setAddresses(tools.run, spec.name, { has: link.addresses, wants: spec.addresses, mayHave: spec.optional ?? [] })
  if (spec.listenPort !== null && device?.listenPort !== spec.listenPort) {
    await setListenPort(tools.run, spec.name, spec.listenPort)
  }
  if (!device || !hasKey || device.listenPort !== spec.listenPort) device = await readDevice(tools.run, spec.name)
  if (!device) throw new Failure('machine', `The interface ${spec.name} vanished while it was being set up.`)
  return { device, made }
}

/** Replaces the key in place. It goes through a file: arguments can be read by anyone, and wg cannot read Node's pipes. */
export async function setPrivateKey(tools: Tools, name: string, key: PrivateKey): Promise<void> {
  await withSecretFile(tools.scratch, `${key}\n`, (path) => tools.run('wg', ['set', name, 'private-key', path]))
}

/** Another key for an interface that is up, and what goes with it. */
export type KeySwap = {
  readonly name: string
  readonly key: PrivateKey
  /** The address that hangs on the key, of before and from now on; machines without IPv6 do without. */
  readonly address: { readonly gone: string; readonly fresh: string }
  readonly peers: readonly PeerChange[]
}

/**
 * Replaces the key in place, and makes changes to peers in the same call, so that no packet lies between.
 * @throws CommandFailure
 */
export async function swapPrivateKey(tools: Tools, { name, key, address, peers }: KeySwap): Promise<void> {
  const { addresses } = await readLink(tools.run, name)
  if (!addresses.includes(address.fresh)) await addAddress(tools.run, name, address.fresh).catch(ignoreFailure)
  const [first = ['set', name], ...more] = wgSetCalls(name, peers)
  const [verb = 'set', device = name, ...changes] = first
  await withSecretFile(tools.scratch, `${key}\n`, (path) =>
    tools.run('wg', [verb, device, 'private-key', path, ...changes]),
  )
  for (const call of more) await tools.run('wg', call)
  if (addresses.includes(address.gone)) await tools.run('ip', ['addr', 'del', address.gone, 'dev', name])
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof CommandFailure)) throw error
}

/** Takes the interface away, and with it every tunnel and route of it. Fine when there is none. */
export async function removeDevice(run: Run, name: string): Promise<void> {
  if (await interfaceExists(run, name)) await run('ip', ['link', 'del', 'dev', name])
}

/** Whether any network interface, WireGuard or not, has this name. @throws Failure (machine) without ip */
export async function interfaceExists(run: Run, name: string): Promise<boolean> {
  try {
    await run('ip', ['link', 'show', 'dev', name])
    return true
  } catch (error) {
    if (error instanceof CommandFailure && error.missing) {
      throw new Failure('machine', missingTool('ip', 'iproute2'))
    }
    if (error instanceof CommandFailure) return false
    throw error
  }
}

/** @throws Failure (refused) when some interface has this name and no WireGuard answers there */
export async function demandFree(run: Run, name: string): Promise<void> {
  if (!(await interfaceExists(run, name))) return
  throw new Failure(
    'refused',
    `There already is an interface ${name}, and it is no WireGuard one that answers; remove it first (ip link del ${name}).`,
  )
}

/** @throws Failure (machine) when the port is taken: both kinds of WireGuard refuse it then */
export async function setListenPort(run: Run, name: string, port: number): Promise<void> {
  await run('wg', ['set', name, 'listen-port', String(port)]).catch((error: unknown) => {
    if (!(error instanceof CommandFailure)) throw error
    throw new Failure(
      'machine',
      `UDP port ${port} cannot be opened for ${name}: another program has it (ss -ulpn shows which).`,
      'listen-port',
    )
  })
}

/** The kernel first, then a program: what wg-quick(8) does. Texts of errors differ between systems, so none is read. */
async function makeInterface(tools: Tools, name: string): Promise<void> {
  await demandFree(tools.run, name)
  const kernel = await tools.run('ip', ['link', 'add', 'dev', name, 'type', 'wireguard']).then(
    () => null,
    (error: unknown) => error,
  )
  if (kernel === null) return
  await tools.launch(tools.userspace, [name]).catch((error: unknown) => whyNot(error, tools.userspace))
}

async function whyNot(error: unknown, program: string): Promise<never> {
  if (!(error instanceof CommandFailure)) throw error
  if (error.missing) {
    throw new Failure('machine', `The kernel has no WireGuard, and ${missingTool(program, 'wireguard-go')}`)
  }
  if (
    !(await access('/dev/net/tun').then(
      () => true,
      () => false,
    ))
  ) {
    throw new Failure(
      'machine',
      'There is no /dev/net/tun, which a tunnel needs: load the module (modprobe tun), or give it to the container (--device /dev/net/tun).',
    )
  }
  throw new Failure(
    'machine',
    `${program} could not make the interface: check that /dev/net/tun may be opened and that this is root with CAP_NET_ADMIN.`,
  )
}

const missingTool = (program: string, debianPackage: string): string =>
  `${program} is not installed (Debian and Ubuntu: apt-get install ${debianPackage}).`
