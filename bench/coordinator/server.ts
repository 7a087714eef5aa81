import { memoryUsage } from 'node:process'
import { openDb } from '@warren/db'
import { createCoordinator } from '../../apps/console/src/coordinator/coordinator.ts'
import { readEnv } from '../../apps/console/src/coordinator/env.ts'
import { now, type ServerFigures, type ToServer } from './messages.ts'

/** The coordinator as it is in life, and a way to ask what it uses. */
const env = readEnv()
const db = openDb(env.DATABASE_URL)
const hubSocket = { path: env.WARREN_HUB_SOCKET, mode: 0o600 }
const coordinator = createCoordinator({ db, hubSocket, log: () => {} })

process.on('message', ({ kind }: ToServer) => {
  if (kind !== 'figures') return
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = memoryUsage()
  const figures: ServerFigures = {
    kind: 'figures',
    at: now(),
    polls: coordinator.counts().polls,
    cpuMs: (user + system) / 1000,
    rssMb: rss / 2 ** 20,
    heapMb: heapUsed / 2 ** 20,
  }
  process.send?.(figures)
})
process.on('disconnect', () => process.exit(0))
await coordinator.start()
