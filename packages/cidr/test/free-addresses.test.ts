import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressFromValue,
  assignable,
  formatAddress,
  freeAddresses,
  holds,
  lastOf,
  nextAddress,
  type Prefix,
  parsePrefix,
  split,
} from '../src/index.ts'

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}
const firstOf = (text: string, count: number, taken: ReadonlySet<bigint> = new Set()) =>
  [...take(freeAddresses(prefix(text), [], taken), count)].map(formatAddress)

function* take<T>(from: Iterable<T>, count: number): Generator<T> {
  let left = count
  for (const one of from) {
    if (left === 0) return
    left -= 1
    yield one
  }
}

test('the free addresses of a prefix are those that a host may have, lowest first', () => {
  expect(firstOf('10.0.0.0/30', 9)).toEqual(['10.0.0.1', '10.0.0.2'])
  expect(firstOf('10.0.0.0/31', 9)).toEqual(['10.0.0.0', '10.0.0.1'])
  expect(firstOf('fd00::/126', 9)).toEqual(['fd00::1', 'fd00::2', 'fd00::3'])
})

test('two thousand out of a /8 or a /48 are found without looking at the rest', () => {
  expect(firstOf('10.0.0.0/8', 2000)).toHaveLength(2000)
  expect(firstOf('fd00::/48', 2000).at(-1)).toBe('fd00::7d0')
})

test('they are exactly the assignable ones that are in no child and not taken, and begin with the next one', () => {
  const quarters = split(prefix('10.0.0.0/26'), 28)
  if (!quarters.ok) throw new Error('no quarters')
  fc.assert(
    fc.property(
      fc.subarray(quarters.value),
      fc.uniqueArray(fc.bigInt({ min: 0n, max: 63n }), { maxLength: 64 }),
      (children, offsets) => {
        const whole = prefix('10.0.0.0/26')
        const taken = new Set(offsets.map((offset) => whole.first + offset))
        const expected: string[] = []
        for (let value = whole.first; value <= lastOf(whole); value += 1n) {
          const address = addressFromValue(4, value)
          const free = assignable(whole, address) === null && !taken.has(value)
          if (free && !children.some((child) => holds(child, address))) expected.push(formatAddress(address))
        }
        const mixed = [...children].reverse()
        expect([...freeAddresses(whole, mixed, taken)].map(formatAddress)).toEqual(expected)
        const next = nextAddress(whole, mixed, taken)
        expect(next && formatAddress(next)).toBe(expected[0] ?? null)
      },
    ),
  )
})
