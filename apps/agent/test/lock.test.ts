import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { lockHolder, takeLock, underLock } from '../src/system/lock.ts'
import { temporaryDirectory } from './temporary.ts'

test('a lock is taken once, and free again after its release', async () => {
  const path = `${await temporaryDirectory()}/run/x.lock`
  const lock = await takeLock(path)
  expect(await takeLock(path)).toMatchObject({ pid: process.pid })
  expect(await lockHolder(path)).toMatchObject({ pid: process.pid })
  if ('release' in lock) await lock.release()
  expect(await lockHolder(path)).toBe(null)
  expect(await takeLock(path)).toHaveProperty('release')
})

test('a lock whose process was killed is taken over', async () => {
  const path = `${await temporaryDirectory()}/x.lock`
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8')
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  await writeFile(path, `${child.pid} ${startedAt}`)
  expect(await takeLock(path)).toMatchObject({ pid: child.pid })
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  expect(await takeLock(path)).toHaveProperty('release')
})

test('a process id that now belongs to somebody else holds nothing', async () => {
  const path = `${await temporaryDirectory()}/x.lock`
  await writeFile(path, `${process.pid} 1`)
  expect(await lockHolder(path)).toBe(null)
  expect(await takeLock(path)).toHaveProperty('release')
})

test('of many that find a stale lock at once, exactly one gets it', async () => {
  const path = `${await temporaryDirectory()}/x.lock`
  await writeFile(path, '999999999 1')
  const takers = await Promise.all(Array.from({ length: 12 }, () => takeLock(path)))
  expect(takers.filter((taker) => 'release' in taker)).toHaveLength(1)
})

test('work under one lock never overlaps; who may not wait is told who is at it', async () => {
  const path = `${await temporaryDirectory()}/x.lock`
  let inside = 0
  let most = 0
  const work = () =>
    underLock(path, 10_000, async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 3))
      inside -= 1
    })
  await Promise.all([work(), work(), work(), work()])
  expect(most).toBe(1)
  await underLock(path, 0, async () => {
    await expect(underLock(path, 0, async () => {})).rejects.toThrow(`process ${process.pid}`)
  })
})
