import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  comparePrefixes,
  contains,
  explainPrefix,
  explainSplit,
  formatPrefix,
  holds,
  hostPrefix,
  lastOf,
  merge,
  overlaps,
  type Prefix,
  parsePrefix,
  prefixOf,
  sizeOf,
  split,
  supernet,
} from '../src/index.ts'
import { address, anyAddress, bits, cornerPrefix, prefix } from './some.ts'

test.each(['0.0.0.0/0', '10.42.0.0/16', '10.42.0.7/32', '::/0', 'fd00::/48', '2001:db8::1/128'])(
  '%s is read',
  (text) => {
    expect(formatPrefix(prefix(text))).toBe(text)
  },
)

test.each([
  ['10.0.0.0', 'A prefix is an address, a slash and a width, for example 10.42.0.0/16.'],
  ['10.0.0.010/24', 'Write 010 in 10.0.0.010 without leading zeros: some programs would read it as octal.'],
  ['/24', 'An address is missing.'],
  ['10.0.0.0/33', 'The width after the slash has to be a number from 0 to 32, not “33”.'],
  ['fd00::/129', 'The width after the slash has to be a number from 0 to 128, not “129”.'],
  ['10.0.0.0/', 'The width after the slash has to be a number from 0 to 32, not “”.'],
  ['10.0.0.0/024', 'The width after the slash has to be a number from 0 to 32, not “024”.'],
  ['10.0.0.0/-1', 'The width after the slash has to be a number from 0 to 32, not “-1”.'],
  ['10.0.0.0/24/8', 'The width after the slash has to be a number from 0 to 32, not “24/8”.'],
  ['10.0.0.0/255.0.0.0', 'The width after the slash has to be a number from 0 to 32, not “255.0.0.0”.'],
  ['10.0.0.9/24', '10.0.0.9/24 has host bits set; the prefix is 10.0.0.0/24.'],
  ['fd00::1/64', 'fd00::1/64 has host bits set; the prefix is fd00::/64.'],
])('%s is refused with its reason', (text, sentence) => {
  const parsed = parsePrefix(text)
  expect(parsed.ok ? null : explainPrefix(parsed.problem)).toBe(sentence)
})

test('the corrected prefix is at hand', () => {
  const problem = { kind: 'host-bits-set', text: '10.0.0.9/24', meant: '10.0.0.0/24' }
  expect(parsePrefix('10.0.0.9/24')).toEqual({ ok: false, problem })
})

test('prefixes agree with strings of bits', () => {
  const width = fc.nat({ max: 128 })
  fc.assert(
    fc.property(anyAddress, width, anyAddress, width, fc.nat({ max: 128 }), (a, wideA, other, wideB, common) => {
      const outer = prefixOf(a, wideA % (bits(a.family) + 1))
      // The two share leading bits: random addresses almost never do.
      const b = other.family === a.family ? graft(a, other, common) : other
      const inner = prefixOf(b, wideB % (bits(b.family) + 1))
      const [x, y] = [spread(outer), spread(inner)]
      const nested = outer.family === inner.family && y.startsWith(x)
      expect(contains(outer, inner)).toBe(nested)
      expect(overlaps(outer, inner)).toBe(nested || (outer.family === inner.family && x.startsWith(y)))
      expect(holds(outer, b)).toBe(outer.family === b.family && spread(hostPrefix(b)).startsWith(x))
      expect(BigInt(`0b${x.padEnd(bits(outer.family), '0') || '0'}`)).toBe(outer.first)
      expect(BigInt(`0b${x.padEnd(bits(outer.family), '1') || '0'}`)).toBe(lastOf(outer))
    }),
    { numRuns: 15_000 },
  )
})

test('document order is the order of bits, the outer first', () => {
  fc.assert(
    fc.property(cornerPrefix, cornerPrefix, (a, b) => {
      const key = (p: Prefix) =>
        `${p.family}${spread(p).padEnd(bits(p.family), '0')}${String(p.width).padStart(3, '0')}`
      expect(Math.sign(comparePrefixes(a, b))).toBe(key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)
    }),
    { numRuns: 5_000 },
  )
})

test('split and supernet undo each other, and merge joins the halves', () => {
  fc.assert(
    fc.property(anyAddress, fc.nat({ max: 127 }), (a, wide) => {
      const whole = prefixOf(a, wide % bits(a.family))
      const halves = split(whole, whole.width + 1)
      if (!halves.ok) throw new Error('a prefix has halves')
      const [low, high] = halves.value
      expect(halves.value.map((half) => supernet(half))).toEqual([whole, whole])
      expect(low && high && merge(high, low)).toEqual(whole)
      expect(low && lastOf(low) + 1n).toBe(high?.first)
    }),
    { numRuns: 3_000 },
  )
})

test('merge finds the one prefix that is both, if there is one', () => {
  fc.assert(
    fc.property(cornerPrefix, cornerPrefix, cornerPrefix, (a, b, c) => {
      const joined = merge(a, b)
      const isBoth = (p: Prefix) => sameSet(p, a, b)
      if (joined) expect(isBoth(joined)).toBe(true)
      else expect(isBoth(c)).toBe(false)
    }),
    { numRuns: 5_000 },
  )
})

test('a split lists all pieces in order', () => {
  const pieces = split(prefix('10.0.0.0/24'), 26)
  expect(pieces.ok && pieces.value.map(formatPrefix)).toEqual([
    '10.0.0.0/26',
    '10.0.0.64/26',
    '10.0.0.128/26',
    '10.0.0.192/26',
  ])
  expect(split(prefix('10.0.0.0/16'), 32)).toMatchObject({ ok: true, value: { length: 65_536 } })
})

test.each([
  ['10.0.0.0/8', 25, 'That would be 131072 pieces; choose a width that makes at most 65536.'],
  ['fd00::/48', 128, `That would be ${1n << 80n} pieces; choose a width that makes at most 65536.`],
  ['10.0.0.0/8', 7, 'It can be split into widths from 8 to 32, not 7.'],
  ['10.0.0.0/8', 33, 'It can be split into widths from 8 to 32, not 33.'],
  ['10.0.0.0/8', 9.5, 'It can be split into widths from 8 to 32, not 9.5.'],
])('%s is not split into /%s', (text, width, sentence) => {
  const pieces = split(prefix(text), width)
  expect(pieces.ok ? null : explainSplit(pieces.problem)).toBe(sentence)
})

test('sizes are exact where numbers would not be', () => {
  expect(sizeOf(prefix('::/0'))).toBe(340282366920938463463374607431768211456n)
  expect(sizeOf(hostPrefix(address('10.0.0.1')))).toBe(1n)
})

test('an impossible width is a bug', () => {
  expect(() => prefixOf(address('10.0.0.1'), 33)).toThrow(RangeError)
  expect(() => prefixOf(address('10.0.0.1'), 1.5)).toThrow(RangeError)
})

/** Its leading bits, as text. */
const spread = (p: Prefix): string => p.first.toString(2).padStart(bits(p.family), '0').slice(0, p.width)

const graft = (a: ReturnType<typeof address>, b: ReturnType<typeof address>, common: number) => {
  const low = BigInt(bits(a.family) - Math.min(common, bits(a.family)))
  const value = ((a.value >> low) << low) | (b.value & ((1n << low) - 1n))
  return { ...b, value }
}

function sameSet(whole: Prefix, a: Prefix, b: Prefix): boolean {
  const key = (p: Prefix) => Array.from({ length: Number(sizeOf(p)) }, (_, at) => `${p.family}:${p.first + BigInt(at)}`)
  const union = new Set([...key(a), ...key(b)])
  const own = key(whole)
  return own.length === union.size && own.every((one) => union.has(one))
}
