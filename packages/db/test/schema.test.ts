import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../src/index.ts'
import { testDatabase } from './postgres.ts'

const cwd = path.resolve(import.meta.dirname, '../../..')
let database: Awaited<ReturnType<typeof testDatabase>>

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

/** The Prisma command line over tools/schema-engine.mjs, as a person runs it. */
const prisma = (args: string[], url = database.url) =>
  execa('prisma', args, {
    cwd,
    preferLocal: true,
    localDir: cwd,
    reject: false,
    env: { DATABASE_URL: url, CHECKPOINT_DISABLE: '1' },
  })

/** 0: they agree; 2: they differ. */
const difference = () =>
  prisma(['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code'])

test('schema.prisma says what the migrations make', async () => {
  expect(await difference()).toMatchObject({ exitCode: 0 })
  await database.db.pool.query('ALTER TABLE peer DROP COLUMN listen_port')
  const drifted = await difference()
  expect(drifted).toMatchObject({ exitCode: 2 })
  expect(drifted.stdout).toContain('listen_port')
})

test('a database that the Prisma command line made needs nothing more', async () => {
  const name = 'made_by_prisma'
  const url = new URL(database.url)
  url.pathname = `/${name}`
  const deployed = await prisma(['migrate', 'deploy'], url.href)
  expect(deployed).toMatchObject({ exitCode: 0 })
  expect(await migrate(url.href)).toEqual([])
  await database.db.pool.query(`DROP DATABASE ${name}`)
})

test('what migrate() applied counts as applied for the Prisma command line', async () => {
  const status = await prisma(['migrate', 'status'])
  expect(status).toMatchObject({ exitCode: 0 })
  expect(status.stdout).toContain('up to date')
})
