import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processService } from '~/launcher/process-service.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'warren-launcher-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

const service = (script: string, isReady: () => Promise<boolean> = async () => true) =>
  processService({
    name: 'test',
    note: '',
    argv: [process.execPath, '-e', script],
    cwd: folder,
    env: { GIVEN: 'yes' },
    logFile: path.join(folder, 'log'),
    isReady,
  })

const never = new AbortController().signal
const FOREVER = 'setInterval(() => {}, 1000)'

test('a process gets what it is given and nothing else of our environment', async () => {
  const running = await service('console.log(JSON.stringify(process.env))').start(never)
  await running.ended
  expect(JSON.parse(await readFile(path.join(folder, 'log'), 'utf8'))).toEqual({ GIVEN: 'yes' })
})

test('one that ends before it serves tells how and why', async () => {
  const start = service('throw new Error("no database")', async () => false).start(never)
  await expect(start).rejects.toThrow('It ended with exit code 1. Its last words: Error: no database')
})

test('stopping asks first: a process may tidy up', async () => {
  const tidy = `process.on('SIGTERM', () => { console.log('tidied'); process.exit() }); console.log('up'); ${FOREVER}`
  const isUp = async () => (await readFile(path.join(folder, 'log'), 'utf8')).includes('up')
  const running = await service(tidy, isUp).start(never)
  await running.stop()
  expect(await readFile(path.join(folder, 'log'), 'utf8')).toBe('up\ntidied\n')
})

test('one that is not ready yet is ended when nobody wants it any more', async () => {
  const abort = new AbortController()
  const start = service(FOREVER, async () => {
    abort.abort()
    return false
  }).start(abort.signal)
  await expect(start).rejects.toThrow('It did not answer')
})

test('a program that is not there is told as such', async () => {
  const plan = { name: 'x', note: '', argv: ['/no/such'], cwd: '/', env: {}, logFile: path.join(folder, 'log') }
  const start = processService({ ...plan, isReady: async () => false }).start(never)
  await expect(start).rejects.toThrow(/It could not be run: .*ENOENT/s)
})
