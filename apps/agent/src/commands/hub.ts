import path from 'node:path'
import { noteConsole } from '../admin/local-socket.ts'
import { systemClock } from '../daemon/clock.ts'
import { Failure } from '../failure.ts'
import { hub } from '../hub/hub.ts'
import { takeLock } from '../system/lock.ts'
import { manager } from '../system/notify.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'

/** `warren hub`: serves the coordinator's networks until it is told to end. @throws Failure */
export async function hubCommand(context: Context, options: { socket: string; takeDown: boolean }): Promise<void> {
  await demandNetworkAdmin('hub')
  const { env, tools, say } = context
  const lock = await takeLock(`${env.runDir}/hub.lock`)
  if ('pid' in lock) throw new Failure('refused', `A hub is running on this machine already (process ${lock.pid}).`)
  try {
    await noteConsole(env, path.dirname(path.resolve(options.socket)))
    const stop = new AbortController()
    const end = (): void => stop.abort()
    // Not `once`: while a command runs, execa listens too, and ends this process when nobody else seems to.
    process.on('SIGTERM', end).on('SIGINT', end)
    await hub({ env, tools, clock: systemClock, log: say, manager: manager(tools.run), ...options }, stop.signal)
  } finally {
    await lock.release()
  }
}
