import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressFromValue,
  formatPrefix,
  freeBlocks,
  nextFreePrefix,
  occupancy,
  type Prefix,
  prefixOf,
  sizeOf,
} from '../src/index.ts'
import { bits, cornerPrefix, prefix, values } from './some.ts'

const spelled = (blocks: readonly Prefix[]) => blocks.map(formatPrefix)
const some = (...texts: string[]) => texts.map(prefix)

test.each([
  ['10.0.0.0/24', [], ['10.0.0.0/24']],
  ['10.0.0.0/24', ['10.0.0.0/24'], []],
  ['10.0.0.0/24', ['10.0.0.0/16'], []],
  ['10.0.0.0/24', ['10.0.0.64/26'], ['10.0.0.0/26', '10.0.0.128/25']],
  ['10.0.0.0/24', ['10.0.1.0/24', 'fd00::/8'], ['10.0.0.0/24']],
  ['10.0.0.0/24', ['10.0.0.128/26', '10.0.0.128/25', '10.0.0.0/26'], ['10.0.0.64/26']],
  ['0.0.0.0/0', ['128.0.0.0/1'], ['0.0.0.0/1']],
  ['fd00::/126', ['fd00::3/128'], ['fd00::/127', 'fd00::2/128']],
])('free in %s beside %j', (whole, taken, free) => {
  expect(spelled(freeBlocks(prefix(whole), some(...taken)))).toEqual(free)
})

test('free blocks are exactly what is free, in order, and none could be larger', () => {
  fc.assert(
    fc.property(cornerPrefix, fc.array(cornerPrefix, { maxLength: 6 }), (whole, taken) => {
      const blocks = freeBlocks(whole, taken)
      const free = values(whole).filter((value) => !isTaken(whole, value, taken))
      expect(blocks.flatMap(values)).toEqual(free)
      for (const block of blocks) {
        if (block.width === whole.width) continue
        const wider = prefixOf(addressFromValue(block.family, block.first), block.width - 1)
        expect(values(wider).every((value) => free.includes(value))).toBe(false)
      }
    }),
    { numRuns: 5_000 },
  )
})

test('the next free prefix is the first aligned block that touches nothing', () => {
  fc.assert(
    fc.property(
      cornerPrefix,
      fc.array(cornerPrefix, { maxLength: 6 }),
      fc.nat({ max: 8 }),
      (whole, taken, hostBits) => {
        const width = bits(whole.family) - hostBits
        const found = values(whole)
          .filter((value) => value % 2n ** BigInt(hostBits) === 0n && width >= whole.width)
          .map((value) => prefixOf(addressFromValue(whole.family, value), width))
          .find((block) => values(block).every((value) => !isTaken(whole, value, taken)))
        expect(nextFreePrefix(whole, taken, width)).toEqual(found ?? null)
      },
    ),
    { numRuns: 5_000 },
  )
})

test.each([
  ['10.0.0.0/8', ['10.0.0.0/9', '10.128.0.0/24'], 32, '10.128.1.0/32'],
  ['fd00::/48', ['fd00::/64', 'fd00:0:0:1::/64'], 64, 'fd00:0:0:2::/64'],
  ['fd00::/48', ['fd00::/64'], 49, 'fd00:0:0:8000::/49'],
  ['0.0.0.0/0', [], 0, '0.0.0.0/0'],
])('in %s beside %j, the next /%i is %s', (whole, taken, width, next) => {
  const found = nextFreePrefix(prefix(whole), some(...taken), width)
  expect(found && formatPrefix(found)).toBe(next)
})

test('a width that the prefix cannot hold is never free', () => {
  for (const width of [7, 33, 12.5]) expect(nextFreePrefix(prefix('10.0.0.0/8'), [], width)).toBeNull()
})

test('occupancy counts each address once', () => {
  expect(occupancy(prefix('10.0.0.0/8'), some('10.0.0.0/9', '10.0.0.0/10', '10.128.0.0/10'))).toBe(0.75)
  expect(occupancy(prefix('fd00::/48'), [])).toBe(0)
  expect(sizeOf(prefix('fd00::/48'))).toBe(1n << 80n)
})

const isTaken = (whole: Prefix, value: bigint, taken: readonly Prefix[]): boolean =>
  taken.some((block) => block.family === whole.family && values(block).includes(value))
