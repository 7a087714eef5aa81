import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Host } from '../lab/host.ts'
import { type Member, mustWarren } from '../lab/member.ts'
import type { Program } from '../lab/program.ts'
import { until } from '../lab/until.ts'
import { chatter, echo } from './sockets.ts'
import { type Town, town } from './town.ts'

let place: Town
let members: Member[]
let phone: Host

const hostOf = (name: string): Host => members.find((member) => member.name === name)?.host ?? place.stack.hub
const addressOf = async (name: string): Promise<string> => (await place.admin.peer(name)).address
const pings = async (from: Host, to: string): Promise<boolean> =>
  (await from.run('ping', ['-n', '-c', '1', '-W', '1', to])).exitCode === 0

/** Waits until pings both ways are answered, or are not any more; gives which. */
async function settled(name: string, reaches: boolean): Promise<boolean> {
  const [own, other] = [await addressOf('phone'), await addressOf(name)]
  await until(`phone and ${name} ${reaches ? 'to reach' : 'not to reach'} each other`, async () => {
    const both = await Promise.all([pings(phone, other), pings(hostOf(name), own)])
    return both.every((answer) => answer === reaches)
  })
  return pings(phone, other)
}

/** Brings up a stock WireGuard client with what a person would scan. */
async function connect(file: string): Promise<void> {
  const path = await phone.file('acme.conf', file)
  await phone.run('wg-quick', ['down', path])
  await phone.must('wg-quick', ['up', path])
}

/** `warren peer … --json` as root on the hub's host. */
const asRoot = async (...args: string[]) =>
  JSON.parse(await mustWarren(place.stack.hub, ['peer', ...args, '--local', '--json']))

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24', servers: '10.42.2.0/24', phones: '10.42.3.0/24' })
  members = await place.join({ alice: 'humans', bob: 'servers' })
  phone = await place.host('phone')
  await connect((await asRoot('add', 'phone', '--cidr', 'phones', '--device')).invitation)
})
afterAll(() => place?.close())

describe('a stock wg-quick client', () => {
  test('reaches the hub, and no peer that the rules keep from it', async () => {
    await until('the hub to answer', async () => pings(phone, await addressOf('hub')))
    expect(await settled('alice', false)).toBe(false)
    expect(await settled('bob', false)).toBe(false)
  })

  test('reaches what an association opens, and is reached, through the hub', async () => {
    await place.admin.associate('phones', 'servers')
    expect(await settled('bob', true)).toBe(true)
    expect(await settled('alice', false)).toBe(false)
    expect(await mustWarren(hostOf('bob'), ['status'])).toMatch(/phone +10\.42\.3\.1 +hub/)
  })

  test('loses an open connection at once when the pair is cut', async () => {
    const server = await echo(hostOf('bob'), 7000)
    const client = await chatter(phone, { address: await addressOf('bob'), port: 7000 })
    await client.says(/heard 10/)
    await place.admin.dissociate('phones', 'servers')
    expect(await silentSoon(client)).toBe(true)
    await Promise.all([client.stop(), server.stop()])
    expect(await settled('bob', false)).toBe(false)
  })

  test('has a new name at once for those who may reach it', async () => {
    await place.admin.associate('phones', 'servers')
    expect(await settled('bob', true)).toBe(true)
    await asRoot('rename', 'phone', 'mobile')
    const answers = async (name: string) => pings(hostOf('bob'), `${name}.acme.wg`)
    expect(await until('the new name', () => answers('mobile'))).toBe(true)
    expect(await answers('phone')).toBe(false)
    await asRoot('rename', 'mobile', 'phone')
    await place.admin.dissociate('phones', 'servers')
    expect(await settled('bob', false)).toBe(false)
  })

  test('is reached by the peers of the CIDR it is moved to, with a new configuration', async () => {
    expect(await asRoot('move', 'phone', 'humans')).toMatchObject({ changed: true })
    const outdated = async () => (await asRoot('list')).find(({ name }: { name: string }) => name === 'phone').outdated
    expect(await outdated()).toMatchObject([{ field: 'Address', cut: true }])
    expect(await settled('alice', false)).toBe(false)
    await connect((await asRoot('invite', 'phone')).invitation)
    expect(await settled('alice', true)).toBe(true)
    expect(await settled('bob', false)).toBe(false)
    expect(await outdated()).toEqual([])
  })

  test('is shut out while it is disabled', async () => {
    await asRoot('disable', 'phone')
    expect(await settled('alice', false)).toBe(false)
    await asRoot('enable', 'phone')
    expect(await settled('alice', true)).toBe(true)
  })

  test('is gone for everybody when it is deleted', async () => {
    const address = await addressOf('phone')
    await asRoot('delete', 'phone')
    await until('alice to reach it no more', async () => !(await pings(hostOf('alice'), address)))
    expect(await mustWarren(hostOf('alice'), ['list'])).not.toContain('phone')
  })
})

/** Waits until a chatter hears nothing for a second; a connection that lived on would hear ten answers. */
async function silentSoon(client: Program): Promise<boolean> {
  const heard = () =>
    Number(
      client.output
        .match(/heard (\d+)/g)
        ?.at(-1)
        ?.slice('heard '.length) ?? 0,
    )
  await until('the connection to fall silent', async () => {
    const before = heard()
    await sleep(1000)
    return heard() === before
  })
  return true
}
