import { readHubStatus } from '@warren/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Member, settled, startDaemon, tryToJoin } from '../lab/member.ts'
import { both, type Matrix, pingMatrix } from '../lab/reach.ts'
import { hubServes } from '../lab/stack.ts'
import { until } from '../lab/until.ts'
import { type Town, town } from './town.ts'

let place: Town
let members: Member[]

const matrix = () => settled(place.admin, [...members, place.hub])
const hub = ['alice hub', 'bob hub', 'carol hub']

/** The pings' answers as they are now, without asking a database that may be gone. */
let addresses: Map<string, string>
const pings = (who: readonly Pick<Member, 'name' | 'host'>[] = [...members, place.hub]): Promise<Matrix> =>
  pingMatrix(who.map(({ name, host }) => ({ name, host, address: addresses.get(name) ?? '' })))

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24', servers: '10.42.2.0/24' })
  members = await place.join({ alice: 'humans', bob: 'humans', carol: 'servers' })
  await matrix()
  addresses = new Map((await place.admin.snapshot()).peers.map(({ name, address }) => [name, address]))
})
afterAll(() => place?.close())

describe('while the coordinator is gone', () => {
  beforeAll(() => place.stack.coordinator.kill())

  test('tunnels stay', async () => {
    expect(await pings()).toEqual(both(...hub, 'alice bob'))
  })

  test('nobody can join, and join says so', async () => {
    const { exitCode, stderr } = await tryToJoin(await place.host('early'), await place.admin.invite('early', 'humans'))
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/no console is to be had at|The hub did not answer at/)
  })

  test('its changes are in force on everybody once it is back', async () => {
    await place.admin.associate('humans', 'servers')
    await place.admin.setEnabled('bob', false)
    expect(await pings()).toEqual(both(...hub, 'alice bob'))
    await place.stack.coordinator.start()
    expect(await matrix()).toEqual(both('alice hub', 'carol hub', 'alice carol'))
  })

  test('and everybody is current again afterwards', async () => {
    await place.admin.setEnabled('bob', true)
    await place.admin.dissociate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob'))
  })
})

describe('while the database is stopped', () => {
  beforeAll(() => place.stack.database.stop())

  test('tunnels stay', async () => {
    expect(await pings()).toEqual(both(...hub, 'alice bob'))
  })

  test('a verb fails with one sentence', async () => {
    await expect(place.admin.associate('humans', 'servers')).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('no process ends, and all go on by themselves when it is back', async () => {
    expect([place.stack.coordinator.program.hasEnded, place.stack.hubAgent.program.hasEnded]).toEqual([false, false])
    await place.stack.database.start()
    await place.admin.associate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob', 'alice carol', 'bob carol'))
    await place.admin.dissociate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob'))
  })
})

describe('while the process on the hub is gone', () => {
  beforeAll(() => place.stack.hubAgent.kill())

  test('tunnels stay, those to the hub included', async () => {
    expect(await pings()).toEqual(both(...hub, 'alice bob'))
  })

  test('changes still reach everybody who has a tunnel', async () => {
    await place.admin.associate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob', 'alice carol', 'bob carol'))
  })

  test('the console can tell', async () => {
    const gone = async () => !(await readHubStatus(place.stack.db, place.stack.network.id)).connected
    expect(await until('the console to miss its hub', gone)).toBe(true)
  })

  test('who was invited meanwhile can join as soon as it is back', async () => {
    const invite = await place.admin.invite('dave', 'servers')
    await place.stack.hubAgent.start()
    await hubServes(place.stack, place.stack.network)
    const host = await place.host('dave')
    expect((await tryToJoin(host, invite)).exitCode).toBe(0)
    const dave = { name: 'dave', host, daemon: await startDaemon(host) }
    expect(await settled(place.admin, [...members, dave, place.hub])).toEqual(
      both(...hub, 'alice bob', 'alice carol', 'bob carol', 'dave hub', 'alice dave', 'bob dave', 'carol dave'),
    )
    await place.admin.delete('dave')
  })
})

describe('the hub loses its power', () => {
  test('peers go on without it', async () => {
    await place.stack.hubOff()
    expect(await pings(members)).toEqual(both('alice bob', 'alice carol', 'bob carol'))
  })

  test('and all is as it was when it is back, with the interface made anew', async () => {
    await place.stack.hubOn()
    expect(await matrix()).toEqual(both(...hub, 'alice bob', 'alice carol', 'bob carol'))
    await place.admin.dissociate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob'))
  })

  test('a hub that starts before its coordinator serves what it served last', async () => {
    await place.stack.hubOff()
    await place.stack.hub.boot()
    await place.stack.hubAgent.start()
    const answered = async () => (await pings()).join() === both(...hub, 'alice bob').join()
    expect(await until('the tunnels to the hub to be back', answered, 30_000)).toBe(true)
    await place.stack.hubOn()
    await hubServes(place.stack, place.stack.network)
    await place.admin.associate('humans', 'servers')
    expect(await matrix()).toEqual(both(...hub, 'alice bob', 'alice carol', 'bob carol'))
  })
})

describe('a daemon that is killed', () => {
  test('leaves its tunnels up, and catches up when it is started again', async () => {
    const [alice] = members
    if (!alice) throw new Error('nobody joined')
    await alice.daemon.kill()
    await place.admin.setEnabled('bob', false)
    expect(await settled(place.admin, [...members.slice(1), place.hub])).toEqual(both('carol hub'))
    expect(await pings([alice, place.hub])).toEqual(both('alice hub'))
    await place.admin.setEnabled('bob', true)
    alice.daemon = await startDaemon(alice.host)
    expect(await matrix()).toEqual(both(...hub, 'alice bob', 'alice carol', 'bob carol'))
  })
})
