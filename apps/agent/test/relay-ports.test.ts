import { expect, test } from 'vitest'
import { assign, pairId, slotsOf, type Wish } from '../src/hub/relay/ports.ts'
import { relaySettings } from '../src/hub/relay/settings.ts'
import { key } from './cast.ts'

const pair = (a: number, b: number) => ({ a: { peer: a, key: key(`p${a}`) }, b: { peer: b, key: key(`p${b}`) } })
const wish = (network: number, ...pairs: [number, number][]): Wish => ({
  network,
  pairs: pairs.map(([a, b]) => pair(a, b)),
})
const id = (network: number, a: number, b: number): string => pairId(network, pair(a, b))

test('two neighbouring ports each, without those that are needed otherwise; an odd one is left over', () => {
  expect(slotsOf({ first: 52000, last: 52006 }, new Set())).toEqual([52000, 52002, 52004])
  expect(slotsOf({ first: 52000, last: 52005 }, new Set([52003]))).toEqual([52000, 52004])
  expect(slotsOf(null, new Set())).toEqual([])
})

test('pairs get ports in the order of their need, and the rest is counted', () => {
  const { open, left } = assign([wish(1, [1, 2], [1, 3], [2, 3])], { slots: [10, 12], held: new Map() })
  expect([...open]).toEqual([
    [id(1, 1, 2), 10],
    [id(1, 1, 3), 12],
  ])
  expect(left.get(1)).toBe(1)
})

test('a network takes no ports from another one, and gives its own to those that need them more', () => {
  const held = new Map([
    [id(1, 1, 2), 10],
    [id(2, 5, 6), 12],
  ])
  const { open, left } = assign([wish(1, [3, 4], [1, 2]), wish(2, [5, 6])], { slots: [10, 12], held })
  expect([...open].sort()).toEqual([
    [id(1, 3, 4), 10],
    [id(2, 5, 6), 12],
  ])
  expect([left.get(1), left.get(2)]).toEqual([1, 0])
})

/** mulberry32, public domain: so that a failure can be replayed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

test.each([1, 2, 3, 4, 5])(
  'whatever is wanted one after the other (seed %i): kept ports stay, none is used twice',
  (seed) => {
    const draw = random(seed)
    const pick = (below: number): number => Math.floor(draw() * below)
    const slots = Array.from({ length: 6 }, (_, at) => 100 + 2 * at)
    let held = new Map<string, number>()
    for (let round = 0; round < 200; round += 1) {
      const wishes = [1, 2, 3].map((network) => {
        const all = Array.from({ length: pick(6) }, () => [pick(4), 4 + pick(4)] as [number, number])
        return wish(network, ...new Map(all.map((ends) => [String(ends), ends])).values())
      })
      const usable = slots.filter(() => draw() < 0.9)
      const { open, left } = assign(wishes, { slots: usable, held })
      const wanted = wishes.flatMap(({ network, pairs }) => pairs.map((one) => pairId(network, one)))

      expect([...open.keys()].every((one) => wanted.includes(one))).toBe(true)
      expect(new Set(open.values()).size).toBe(open.size)
      expect([...open.values()].every((slot) => usable.includes(slot))).toBe(true)
      expect(open.size).toBe(Math.min(wanted.length, usable.length))
      expect(open.size + [...left.values()].reduce((sum, count) => sum + count, 0)).toBe(wanted.length)
      for (const [one, slot] of open) {
        const before = held.get(one)
        if (before !== undefined && usable.includes(before)) expect(slot).toBe(before)
      }
      for (const { network, pairs } of wishes) {
        const served = pairs.map((one) => open.has(pairId(network, one)))
        expect(served.lastIndexOf(true)).toBe(served.filter(Boolean).length - 1)
      }
      held = new Map(open)
    }
  },
)

test('settings are read as a person writes them, and refused by name', () => {
  expect(relaySettings({})).toEqual({
    ports: { first: 52000, last: 52199 },
    pairRate: 6_250_000,
    totalRate: 50_000_000,
    kernel: true,
  })
  expect(relaySettings({ ports: 'off', kernel: 'off', pairMbit: '8' })).toMatchObject({
    ports: null,
    kernel: false,
    pairRate: 1_000_000,
  })
  for (const ports of ['52000', '0-9', '9-9', '65000-70000', 'some']) {
    expect(() => relaySettings({ ports })).toThrow(/^WARREN_RELAY_PORTS is ".*"; it has to be a range/)
  }
  expect(() => relaySettings({ pairMbit: '0' })).toThrow(/WARREN_RELAY_MBIT/)
  expect(() => relaySettings({ totalMbit: 'much' })).toThrow(/WARREN_RELAY_TOTAL_MBIT/)
  expect(() => relaySettings({ kernel: 'yes' })).toThrow(/WARREN_RELAY_KERNEL/)
})
