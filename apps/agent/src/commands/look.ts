import { systemClock } from '../daemon/clock.ts'
import type { Now } from '../plan/path-state.ts'
import type { Config } from '../state/config.ts'
import { readDaemonStatus } from '../state/daemon-status.ts'
import { places } from '../state/places.ts'
import { loadView } from '../state/saved-view.ts'
import { lockHolder } from '../system/lock.ts'
import { readDevice } from '../wireguard/device.ts'
import type { LiveDevice } from '../wireguard/dump.ts'
import type { Context } from './context.ts'
import { type Status, statusOf } from './status-facts.ts'

/** What this node knows of a network now, from its disk, its device and its daemon. @throws Failure */
export async function look(
  context: Context,
  config: Config,
): Promise<{ status: Status; device: LiveDevice | null; now: Now }> {
  const { name } = config.network
  const [saved, device, holder, told] = await Promise.all([
    loadView(context.env, name),
    readDevice(context.tools.run, config.network.interface),
    lockHolder(places(context.env, name).daemonLock),
    readDaemonStatus(context.env, name),
  ])
  const now = systemClock()
  return { status: statusOf({ config, saved, device, daemon: { pid: holder?.pid ?? null, told }, now }), device, now }
}
