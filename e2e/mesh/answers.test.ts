import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Host } from '../lab/host.ts'
import { mustWarren, warren } from '../lab/member.ts'
import { leftovers } from './leftovers.ts'
import { type Town, town } from './town.ts'

let place: Town
let host: Host

/** What a command with --json answers: one object, and nothing else on stdout. */
const does = async (...args: string[]) => JSON.parse(await mustWarren(host, [...args, '--json']))

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24' })
  host = await place.host('alice')
})
afterAll(() => place?.close())

test('join answers who this node is, and writes down the pins that were asked for', async () => {
  const { file } = await place.admin.invite('alice', 'humans')
  const wrong = await warren(host, ['join', '-', '--pin-keys', 'loose'], { input: file })
  expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Allowed choices are usual, strict') })
  const joined = await mustWarren(host, ['join', '-', '--pin-keys', 'strict', '--json'], { input: file })
  expect(JSON.parse(joined)).toMatchObject({
    ...{ changed: true, network: 'acme', interface: 'acme' },
    ...{ peer: 'alice', address: '10.42.1.1', services: [] },
  })
  const settings = await host.sh("sed -n '/^\\[settings\\]/,/^\\[peer\\]/p' /etc/warren/acme.toml")
  expect(settings).toContain('pin-keys = "strict"')
})

test('down and up answer whether they changed anything', async () => {
  expect(await does('down')).toEqual({ changed: true, network: 'acme', up: false })
  expect(await does('down')).toEqual({ changed: false, network: 'acme', up: false })
  const up = await does('up')
  expect(up).toMatchObject({ changed: true, network: 'acme', up: true, daemon: null })
  expect(up.revision).toBeGreaterThan(0)
})

test('leave answers, and a network that was left is left without harm', async () => {
  expect(await does('leave', 'acme', '--yes')).toEqual({ changed: true, network: 'acme' })
  expect(await leftovers(host)).toBe('')
  expect(await does('leave', 'acme', '--yes')).toEqual({ changed: false, network: 'acme' })
  const said = await warren(host, ['leave', 'acme', '--yes'])
  expect(said).toMatchObject({ exitCode: 0, stderr: 'warren: nothing to do: this node is not in acme' })
  expect(await warren(host, ['leave', 'acme'])).toMatchObject({ exitCode: 1 })
})
