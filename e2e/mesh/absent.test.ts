import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Member, mustWarren, settled, startDaemon, warren } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { until } from '../lab/until.ts'
import { type Town, town } from './town.ts'

let place: Town
let alice: Member
let bob: Member

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24', servers: '10.42.2.0/24' })
  const [first, second] = await place.join({ alice: 'humans', bob: 'servers' })
  if (!first || !second) throw new Error('nobody joined')
  alice = first
  bob = second
})
afterAll(() => place?.close())

const matrix = () => settled(place.admin, [alice, bob, place.hub])
const apart = both('alice hub', 'bob hub')

/** What alice's daemon says of the console, once it is in a phase. */
const told = (phase: string): Promise<string> =>
  until(`alice to be ${phase}`, async () => {
    const { daemon } = JSON.parse(await mustWarren(alice.host, ['status', '--json']))
    return daemon.phase === phase && (daemon.sentence ?? 'nothing')
  })

describe('what an admin does to a node that is off is in force as soon as it is on', () => {
  beforeEach(async () => {
    await matrix()
    await alice.host.powerOff()
    return async () => {
      if (!alice.host.isOn) await alice.host.boot()
    }
  })

  const on = async () => {
    await alice.host.boot()
    alice.daemon = await startDaemon(alice.host)
  }

  test('an association', async () => {
    await place.admin.associate('humans', 'servers')
    await on()
    expect(await matrix()).toEqual(both('alice hub', 'bob hub', 'alice bob'))
    await place.admin.dissociate('humans', 'servers')
  })

  test('a move, with its new address', async () => {
    await place.admin.move('alice', 'servers')
    await on()
    expect(await matrix()).toEqual(both('alice hub', 'bob hub', 'alice bob'))
    await place.admin.move('alice', 'humans')
    expect(await matrix()).toEqual(apart)
  })

  test('a move, when the console was restarted since', async () => {
    await place.admin.move('alice', 'servers')
    await place.stack.coordinator.kill()
    await place.stack.coordinator.start()
    await on()
    expect(await matrix()).toEqual(both('alice hub', 'bob hub', 'alice bob'))
    await place.admin.move('alice', 'humans')
  })

  test('a move, without a daemon', async () => {
    await place.admin.move('alice', 'servers')
    await alice.host.boot()
    expect(await warren(alice.host, ['up'])).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(await matrix()).toEqual(both('alice hub', 'bob hub', 'alice bob'))
    await place.admin.move('alice', 'humans')
    alice.daemon = await startDaemon(alice.host)
  })

  test('disabled: it is told so, and comes back when it is enabled', async () => {
    await place.admin.setEnabled('alice', false)
    await on()
    expect(await told('disabled')).toBe('An admin disabled this peer.')
    expect(await matrix()).toEqual(both('bob hub'))
    await place.admin.setEnabled('alice', true)
    expect(await matrix()).toEqual(apart)
    expect(await told('current')).toBe('nothing')
  })

  test('deleted: it is told so, and nobody answers it', async () => {
    await place.admin.delete('alice')
    await on()
    expect(await told('disabled')).toBe('This peer was deleted by an admin.')
    expect(await matrix()).toEqual(both('bob hub'))
  })
})
