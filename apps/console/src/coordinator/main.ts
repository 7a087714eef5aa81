import path from 'node:path'
import { openDb } from '@warren/db'
import { ADMIN_SOCKET } from '@warren/protocol'
import { createCoordinator } from './coordinator.ts'
import { readEnv } from './env.ts'
import { openLocalDoor } from './local-door.ts'

/** Longer than this nobody waits for held polls and unsaved observations when the process is told to end. */
const STOP_MS = 5_000

async function main(): Promise<void> {
  const env = readEnv()
  const db = openDb(env.DATABASE_URL)
  const hubSocket = { path: env.WARREN_HUB_SOCKET, mode: env.WARREN_HUB_SOCKET_MODE }
  const coordinator = createCoordinator({ db, hubSocket, log: (sentence) => console.log(sentence) })

  let closeLocalDoor = async () => {}

  const stop = () => {
    setTimeout(() => process.exit(1), STOP_MS).unref()
    closeLocalDoor()
      .then(() => coordinator.stop())
      .then(() => db.close())
      .then(() => process.exit(0))
      .catch(fail)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)

  await coordinator.start()
  closeLocalDoor = await openLocalDoor(db, path.join(path.dirname(env.WARREN_HUB_SOCKET), ADMIN_SOCKET))
  await coordinator.ready
  console.log('coordinator ready')
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

main().catch(fail)
