import { removeNames } from '../daemon/host-names.ts'
import { Failure } from '../failure.ts'
import type { Config } from '../state/config.ts'
import { removeDaemonStatus } from '../state/daemon-status.ts'
import { places } from '../state/places.ts'
import { lockFreed, lockHolder, underLock } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import { removeDevice } from '../wireguard/device.ts'
import type { Context } from './context.ts'
import { whichNetwork } from './which-network.ts'

/** `warren down`: takes the tunnel away until the next `up`. @throws Failure */
export async function downCommand(context: Context, network: string | undefined): Promise<void> {
  await demandNetworkAdmin('down')
  const config = await whichNetwork(context.env, network)
  await underLock(places(context.env, config.network.name).lock, 2_000, () => takeDown(context, config))
}

/** Ends the daemon, then removes the interface and the names; settings and keys stay. @throws Failure */
export async function takeDown(context: Context, config: Config): Promise<void> {
  const { name } = config.network
  await endDaemon(context, name)
  await removeDevice(context.tools.run, config.network.interface)
  await removeNames(context.env, name)
  await removeDaemonStatus(context.env, name)
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
