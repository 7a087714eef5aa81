import path from 'node:path'
import { noteConsole } from '../admin/local-socket.ts'
import { systemClock } from '../daemon/clock.ts'
import { readRelayTexts } from '../env.ts'
import { Failure } from '../failure.ts'
import { hub } from '../hub/hub.ts'
import { relaySettings } from '../hub/relay/settings.ts'
import { takeLock } from '../system/lock.ts'
import { manager } from '../system/notify.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'

export type HubCommandOptions = { socket: string; takeDown: boolean; relayPorts?: string }

/** `warren hub`: serves the coordinator's networks until it is told to end. @throws Failure */
export async function hubCommand(context: Context, options: HubCommandOptions): Promise<void> {
  const { socket, takeDown, relayPorts } = options
  const texts = readRelayTexts()
  const relay = relaySettings({ ...texts, ports: relayPorts ?? texts.ports })
  await demandNetworkAdmin('hub')
  const { env, tools, say } = context
  const lock = await takeLock(`${env.runDir}/hub.lock`)
  if ('pid' in lock) throw new Failure('refused', `A hub is running on this machine already (process ${lock.pid}).`)
  try {
    await noteConsole(env, path.dirname(path.resolve(socket)))
    const stop = new AbortController()
    const end = (): void => stop.abort()
    // Not `once`: while a command runs, execa listens too, and ends this process when nobody else seems to.
    process.on('SIGTERM', end).on('SIGINT', end)
    const parts = { env, tools, clock: systemClock, log: say, manager: manager(tools.run) }
    await hub({ ...parts, socket, takeDown, relay }, stop.signal)
  } finally {
    await lock.release()
  }
}
