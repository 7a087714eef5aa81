import { removeNames } from '../daemon/host-names.ts'
import { Failure } from '../failure.ts'
import type { Config } from '../state/config.ts'
import { removeDaemonStatus } from '../state/daemon-status.ts'
import { places } from '../state/places.ts'
import { lockFreed, lockHolder, underLock } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import { interfaceExists, removeDevice } from '../wireguard/device.ts'
import type { Context } from './context.ts'
import { whichNetwork } from './which-network.ts'

/** `warren down`: takes the tunnel away until the next `up`. @throws Failure */
export async function downCommand(
  context: Context,
  network: string | undefined,
  options: { json: boolean },
): Promise<void> {
  await demandNetworkAdmin('down')
  const config = await whichNetwork(context.env, network)
  const { name } = config.network
  const changed = await underLock(places(context.env, name).lock, 2_000, () => takeDown(context, config))
  if (options.json) context.print(`${JSON.stringify({ changed, network: name, up: false }, null, 2)}\n`)
}

/**
 * Ends the daemon, then removes the interface and the names; settings and keys stay. True when there was a daemon or an
 * interface. @throws Failure
 */
export async function takeDown(context: Context, config: Config): Promise<boolean> {
  const { name, interface: device } = config.network
  const { run } = context.tools
  const isRunning = (await lockHolder(places(context.env, name).daemonLock)) !== null
  const wasUp = await interfaceExists(run, device)
  await endDaemon(context, name)
  await removeDevice(run, device)
  await removeNames(context.env, name)
  await removeDaemonStatus(context.env, name)
  return isRunning || wasUp
}

/** Chosen: a daemon ends within milliseconds, unless a command of its own hangs. */
const END_MS = 10_000

/** Ends the daemon of a network, if one runs; its tunnels stay. @throws Failure */
export async function endDaemon(context: Context, network: string): Promise<void> {
  const lock = places(context.env, network).daemonLock
  const running = await lockHolder(lock)
  if (!running) return
  process.kill(running.pid, 'SIGTERM')
  if (await lockFreed(lock, END_MS)) return
  throw new Failure('refused', `The daemon of ${network} (process ${running.pid}) does not end; end it and try again.`)
}
