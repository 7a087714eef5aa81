import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { migrate } from '../src/index.ts'
import { testDatabase } from './postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let url: string
let dir: string

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  const name = `migrate_${randomUUID().replaceAll('-', '')}`
  await database.db.pool.query(`CREATE DATABASE ${name}`)
  const empty = new URL(database.url)
  empty.pathname = `/${name}`
  url = empty.href
  dir = await mkdtemp(path.join(tmpdir(), 'warren-migrations-'))
})
afterEach(async () => {
  await rm(dir, { recursive: true })
  await database.db.pool.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`)
})

async function write(name: string, sql: string) {
  await mkdir(path.join(dir, name), { recursive: true })
  await writeFile(path.join(dir, name, 'migration.sql'), sql)
}

async function ask<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  return client
    .query<T>(sql)
    .then((result) => result.rows)
    .finally(() => client.end())
}

const unavailable = (words: RegExp) => ({ kind: 'unavailable', message: expect.stringMatching(words) })

test('it applies what is missing in order of name, and nothing the second time', async () => {
  await write('2_b', 'INSERT INTO t VALUES (2)')
  await write('1_a', 'CREATE TABLE t (n int)')
  expect(await migrate(url, dir)).toEqual(['1_a', '2_b'])
  expect(await migrate(url, dir)).toEqual([])
  await write('3_c', 'INSERT INTO t VALUES (3)')
  expect(await migrate(url, dir)).toEqual(['3_c'])
  expect(await ask('SELECT n FROM t ORDER BY n')).toEqual([{ n: 2 }, { n: 3 }])
})

test('of many at once exactly one applies each', async () => {
  await write('1_a', 'CREATE TABLE t (n int)')
  await write('2_b', 'INSERT INTO t VALUES (2); SELECT pg_sleep(0.1)')
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url, dir)))
  expect(applied.flat().sort()).toEqual(['1_a', '2_b'])
  expect(await ask('SELECT n FROM t')).toEqual([{ n: 2 }])
})

test('a failing one is taken back whole, says why, and is tried again once it is mended', async () => {
  await write('1_a', 'CREATE TABLE t (n int)')
  await write('2_b', 'INSERT INTO t VALUES (2); INSERT INTO missing VALUES (1)')
  await write('3_c', 'INSERT INTO t VALUES (3)')
  const why = unavailable(/^Migration 2_b failed and was taken back whole: relation "missing" does not exist$/)
  await expect(migrate(url, dir)).rejects.toMatchObject(why)
  await expect(migrate(url, dir)).rejects.toMatchObject(why)
  expect(await ask('SELECT n FROM t')).toEqual([])
  const book = await ask('SELECT migration_name AS name, logs FROM _prisma_migrations WHERE rolled_back_at IS NOT NULL')
  expect(book).toEqual([1, 2].map(() => ({ name: '2_b', logs: 'relation "missing" does not exist' })))

  await write('2_b', 'INSERT INTO t VALUES (2)')
  expect(await migrate(url, dir)).toEqual(['2_b', '3_c'])
})

test('one whose connection dies is not there afterwards, and the next run applies it', async () => {
  await write('1_a', 'CREATE TABLE t (n int); SELECT pg_terminate_backend(pg_backend_pid())')
  await expect(migrate(url, dir)).rejects.toMatchObject({ kind: 'unavailable' })
  await write('1_a', 'CREATE TABLE t (n int)')
  expect(await migrate(url, dir)).toEqual(['1_a'])
})

test('a database of a newer version is left alone', async () => {
  await write('1_a', 'CREATE TABLE t (n int)')
  await write('2_b', 'SELECT 1')
  await migrate(url, dir)
  await rm(path.join(dir, '2_b'), { recursive: true })
  await write('3_c', 'DROP TABLE t')
  await expect(migrate(url, dir)).rejects.toMatchObject(unavailable(/newer Warren \(migration 2_b\)/))
  expect(await ask('SELECT n FROM t')).toEqual([])
})

test('an applied migration that was edited is noticed', async () => {
  await write('1_a', 'CREATE TABLE t (n int)')
  await migrate(url, dir)
  await write('1_a', 'CREATE TABLE t (n bigint)')
  await expect(migrate(url, dir)).rejects.toMatchObject(unavailable(/1_a is not the one/))
})

test('what the Prisma command line left half-done is not gone over', async () => {
  await write('1_a', 'CREATE TABLE t (n int)')
  await migrate(url, dir)
  await ask(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '0_half')`)
  await expect(migrate(url, dir)).rejects.toMatchObject(unavailable(/0_half .* prisma migrate resolve/))
})

test('a database that is not there is a refusal', async () => {
  const nowhere = 'postgresql://warren@localhost/warren?host=/nowhere'
  await expect(migrate(nowhere, dir)).rejects.toMatchObject(unavailable(/cannot be reached/))
})
