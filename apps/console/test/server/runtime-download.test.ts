import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { runtime } from '~/server/runtime-download.ts'

async function nodeOf(text: string) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'warren-runtime-')), 'node')
  await writeFile(file, text)
  return { arch: 'x64' as const, file }
}

test('a machine of the same processor gets this Node, packed', async () => {
  const answer = runtime('x64', await nodeOf('node '.repeat(10_000)))
  expect(answer.headers.get('content-type')).toBe('application/gzip')
  expect(gunzipSync(Buffer.from(await answer.arrayBuffer())).toString()).toBe('node '.repeat(10_000))
})

test.each([['arm64'], [null]])('for %s there is none', async (arch) => {
  const answer = runtime(arch, await nodeOf('node'))
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('runs on x64')])
})

test('a third at once is asked to come back, and one that is done makes room', async () => {
  const own = await nodeOf('node')
  const two = [runtime('x64', own), runtime('x64', own)]
  const third = runtime('x64', own)
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '5'])
  await Promise.all(two.map((answer) => answer.arrayBuffer()))
  await expect.poll(() => runtime('x64', own).status, { timeout: 10_000 }).toBe(200)
})
