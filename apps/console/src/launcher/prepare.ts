// Where each process is started by something else than our launcher (containers, systemd): run once before them.
import path from 'node:path'
import { readSettings } from './env.ts'
import { doorText, prepare } from './set-up.ts'

try {
  const { databaseUrl, url, root } = readSettings()
  if (databaseUrl === null) throw new Error('DATABASE_URL is missing; give a postgresql:// URL.')
  console.log(doorText(await prepare(databaseUrl, url, path.join(root, 'prisma/migrations'))))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
