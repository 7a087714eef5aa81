import type { PeerEntry, ViewState } from '@warren/protocol'
import { signTurn } from '@warren/protocol/rotation'
import { describe, expect, test } from 'vitest'
import { followKeys, type PinRules, type Pins, pinFault, withPins } from '../src/plan/key-changes.ts'
import { HUB, key, peer, privateKey, SELF, viewOf } from './cast.ts'

const RULES: PinRules = { network: 'acme', ownId: SELF.id, hubKey: HUB.key, strict: false, trusted: new Map() }
const NONE: Pins = new Map()

const stateOf = (...peers: PeerEntry[]): ViewState => viewOf(peers).state
const keyIn = (state: ViewState, id: number) => state.peers.get(id)?.key

/** Bo's key, after so many rotations; `since` is the first of them that the view tells of. */
async function bo(rotations: number, { since = 0, ...extra }: Partial<PeerEntry> & { since?: number } = {}) {
  const names = Array.from({ length: rotations + 1 }, (_, at) => (at === 0 ? 'bo' : `bo${at}`))
  const links = names.slice(0, -1).map(async (name, at) => {
    const turn = { network: 'acme', peerId: 8, from: key(name), to: key(names[at + 1] ?? '') }
    return { from: key(name), signature: await signTurn(privateKey(name), turn) }
  })
  return peer(8, 'bo', { key: key(names.at(-1) ?? ''), was: (await Promise.all(links)).slice(since), ...extra })
}

/** What becomes of the pins from view to view. */
function through(states: readonly ViewState[], rules: Partial<PinRules> = {}) {
  let pins = NONE
  let before: ViewState | null = null
  const whys: string[] = []
  for (const state of states) {
    const followed = followKeys(before, state, { pins, rules: { ...RULES, ...rules } })
    pins = followed.pins
    whys.push(...followed.changes.map(({ why }) => why))
    before = state
  }
  return { pins, whys, held: before && withPins(before, pins) }
}

describe('a key that changes', () => {
  test('is followed when the known one signed it', async () => {
    expect(through([stateOf(await bo(0)), stateOf(await bo(1))])).toMatchObject({ pins: NONE, whys: ['signed'] })
  })

  test('is followed over several rotations that this node did not see', async () => {
    expect(through([stateOf(await bo(0)), stateOf(await bo(4))]).whys).toEqual(['signed'])
  })

  test('is refused when the chain no longer reaches back to the known one', async () => {
    const { pins } = through([stateOf(await bo(0)), stateOf(await bo(5, { since: 1 }))])
    expect(pins.get(8)).toEqual({ key: key('bo'), born: 0, name: 'bo' })
  })

  test('is refused when nobody signed it, and stays refused', async () => {
    const forged = stateOf(peer(8, 'bo', { key: key('mallory') }))
    const { pins, whys, held } = through([stateOf(await bo(0)), forged, forged])
    expect(whys).toEqual([])
    expect(pins.size).toBe(1)
    expect(held && keyIn(held, 8)).toBe(key('bo'))
  })

  test('is refused with the signature of another peer, or for another one', async () => {
    const other = { ...(await bo(1)), id: 9 }
    const { pins } = through([stateOf(peer(9, 'bo')), stateOf(other)])
    expect(pins.size).toBe(1)
  })

  test('is known again when the former one comes back', async () => {
    const forged = stateOf(peer(8, 'bo', { key: key('mallory') }))
    expect(through([stateOf(await bo(0)), forged, stateOf(await bo(0))]).pins.size).toBe(0)
  })

  test('may go on from the known one after a forged one', async () => {
    const forged = stateOf(peer(8, 'bo', { key: key('mallory') }))
    expect(through([stateOf(await bo(0)), forged, stateOf(await bo(1))])).toMatchObject({ whys: ['signed'] })
  })

  test('is followed when a person trusts it, and only that one', async () => {
    const forged = stateOf(peer(8, 'bo', { key: key('mallory') }))
    const other = stateOf(peer(8, 'bo', { key: key('other') }))
    const trusted = new Map([[8, key('mallory')]])
    expect(through([stateOf(await bo(0)), forged], { trusted }).whys).toEqual(['trusted'])
    expect(through([stateOf(await bo(0)), other], { trusted }).pins.size).toBe(1)
  })

  test('of the hub, a device or this node itself is not judged here', () => {
    const states = ['a', 'b'].map((name) =>
      stateOf(peer(SELF.id, 'ana', { key: key(name) }), peer(9, 'phone', { key: key(`${name}9`), device: true })),
    )
    expect(through(states)).toMatchObject({ pins: NONE, whys: [] })
  })
})

describe('a peer that was invited anew', () => {
  const anew = stateOf(peer(8, 'bo', { key: key('laptop'), born: 1 }))

  test('may have any key', async () => {
    expect(through([stateOf(await bo(0)), anew])).toMatchObject({ pins: NONE, whys: ['invited-anew'] })
  })

  test('may not where pins are strict', async () => {
    expect(through([stateOf(await bo(0)), anew], { strict: true }).pins.get(8)?.key).toBe(key('bo'))
  })

  test('is another machine only once for each invitation', async () => {
    const twice = stateOf(peer(8, 'bo', { key: key('mallory'), born: 1 }))
    expect(through([stateOf(await bo(0)), anew, twice]).pins.get(8)).toMatchObject({ key: key('laptop'), born: 1 })
  })
})

describe('a peer that leaves the view and comes back', () => {
  const other = stateOf(peer(8, 'bo', { key: key('laptop') }))

  test('is new', async () => {
    expect(through([stateOf(await bo(0)), stateOf(), other])).toMatchObject({ pins: NONE, whys: [] })
  })

  test('is the same one where pins are strict', async () => {
    const { pins, held } = through([stateOf(await bo(0)), stateOf(), stateOf(), other], { strict: true })
    expect(pins.get(8)?.key).toBe(key('bo'))
    expect(held && keyIn(held, 8)).toBe(key('bo'))
  })
})

describe('what is refused', () => {
  test('costs a peer nothing but its new key: address and endpoints are those of the view', async () => {
    const forged = peer(8, 'bo', { key: key('mallory'), ip: '10.42.1.99' })
    const { held } = through([stateOf(await bo(0)), stateOf(forged)])
    expect(held?.peers.get(8)).toEqual({ ...forged, key: key('bo') })
  })

  test('leaves nobody with a key that another one is pinned to', async () => {
    const forged = [peer(8, 'bo', { key: key('mallory') }), peer(9, 'cy', { key: key('bo') })]
    const { held } = through([stateOf(await bo(0)), stateOf(...forged)])
    expect([...(held?.peers.keys() ?? [])]).toEqual([HUB.id, 9])
  })

  test('is said in one sentence, which tells what to do', async () => {
    const forged = ['bo', 'cy', 'di', 'ed', 'fay'].map((name, at) => peer(8 + at, name, { key: key(`${name}!`) }))
    const honest = ['bo', 'cy', 'di', 'ed', 'fay'].map((name, at) => peer(8 + at, name))
    const one = through([stateOf(...honest), stateOf(...forged.slice(0, 1))])
    expect(pinFault(stateOf(...forged.slice(0, 1)), one.pins, 'acme')).toBe(
      'The key of bo changed without a rotation signed by its old key; this node keeps the old one. If bo was set up anew, run: warren trust bo --network acme',
    )
    const all = through([stateOf(...honest), stateOf(...forged)])
    expect(pinFault(stateOf(...forged), all.pins, 'acme')).toContain('The keys of bo, cy, di and 2 more changed')
    expect(pinFault(stateOf(...honest), NONE, 'acme')).toBeNull()
  })
})
