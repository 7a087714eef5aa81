import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Address,
  addressFromValue,
  compareAddresses,
  explainAddress,
  formatAddress,
  parseAddress,
} from '../src/index.ts'
import { anyAddress } from './some.ts'

test.each([
  ['0.0.0.0', 4, 0n, '0.0.0.0'],
  ['255.255.255.255', 4, 0xffff_ffffn, '255.255.255.255'],
  ['10.42.0.7', 4, 0x0a2a_0007n, '10.42.0.7'],
  ['::', 6, 0n, '::'],
  ['::1', 6, 1n, '::1'],
  ['fd00::', 6, 0xfd00n << 112n, 'fd00::'],
  ['FD00::ABCD', 6, (0xfd00n << 112n) | 0xabcdn, 'fd00::abcd'],
  ['2001:0db8:0:0:0:0:0:1', 6, (0x2001_0db8n << 96n) | 1n, '2001:db8::1'],
  ['64:ff9b::192.0.2.33', 6, (0x0064_ff9bn << 96n) | 0xc000_0221n, '64:ff9b::c000:221'],
  ['1:2:3:4:5:6:7::', 6, 0x0001_0002_0003_0004_0005_0006_0007_0000n, '1:2:3:4:5:6:7:0'],
  ['1:0:0:4:0:0:7:8', 6, 0x0001_0000_0000_0004_0000_0000_0007_0008n, '1::4:0:0:7:8'],
  ['1:0:0:4:0:0:0:8', 6, 0x0001_0000_0000_0004_0000_0000_0000_0008n, '1:0:0:4::8'],
  ['1:2:3:4:5:6:1.2.3.4', 6, 0x0001_0002_0003_0004_0005_0006_0102_0304n, '1:2:3:4:5:6:102:304'],
] as const)('%s is read and spelled canonically', (text, family, value, canonical) => {
  const parsed = parseAddress(text)
  expect(parsed).toEqual({ ok: true, value: { family, value } })
  expect(formatAddress(addressFromValue(family, value))).toBe(canonical)
})

test.each([
  ['', 'An address is missing.'],
  ['  ', 'An address is missing.'],
  [' 10.0.0.1', 'Remove the spaces from “ 10.0.0.1”.'],
  ['10.0.0.1\n', 'Remove the spaces from “10.0.0.1\n”.'],
  ['fe80::1%eth0', 'Remove the zone (everything from %) from fe80::1%eth0.'],
  ['10.0.0.0/8', '10.0.0.0/8 is a prefix; give one address, without the slash.'],
  ['10.0.0.010', 'Write 010 in 10.0.0.010 without leading zeros: some programs would read it as octal.'],
  ['::10.0.0.010', 'Write 010 in ::10.0.0.010 without leading zeros: some programs would read it as octal.'],
  ['10.0.0.256', '256 in 10.0.0.256 is larger than 255.'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1 is an IPv4 address in IPv6 clothes; write 10.0.0.1.'],
  ['::ffff:a00:1', '::ffff:a00:1 is an IPv4 address in IPv6 clothes; write 10.0.0.1.'],
])('%j is refused with its reason', (text, sentence) => {
  const parsed = parseAddress(text)
  expect(parsed.ok ? null : explainAddress(parsed.problem)).toBe(sentence)
})

test.each([
  '10',
  '167772161',
  '10.1',
  '10.0.0',
  '10.0.0.1.',
  '10.0.0.0.1',
  '10.0..1',
  '0x0a.0.0.1',
  '+1.0.0.1',
  '１0.0.0.1',
  '10.0.0.1234',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  ':1:2:3:4:5:6:7',
  '12345::',
  'g::',
  '::-1',
  '::0x1',
  '1.2.3.4::',
  '::1.2.3.4:5',
  '1:2:3:4:5:6:7:1.2.3.4',
  'localhost',
])('%s is no address', (text) => {
  expect(parseAddress(text)).toEqual({ ok: false, problem: { kind: 'not-an-address', text } })
})

test('what is spelled is read back as the same address', () => {
  fc.assert(
    fc.property(anyAddress, (one) => {
      expect(parseAddress(formatAddress(one))).toEqual({ ok: true, value: one })
    }),
    { numRuns: 15_000 },
  )
})

test('every spelling of an IPv6 address is read as the same address', () => {
  const zeros = fc.array(fc.nat({ max: 4 }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(anyAddress.filter(isV6), zeros, fc.boolean(), (one, pads, upper) => {
      const spelled = groupsOf(one)
        .map((group, at) => group.padStart(pads[at] ?? 0, '0'))
        .join(':')
      expect(parseAddress(upper ? spelled.toUpperCase() : spelled)).toEqual({ ok: true, value: one })
    }),
    { numRuns: 5_000 },
  )
})

test('IPv6 is spelled as RFC 5952 asks', () => {
  fc.assert(
    fc.property(anyAddress.filter(isV6), (one) => {
      expect(formatAddress(one)).toBe(spelledSlowly(one))
    }),
    { numRuns: 10_000 },
  )
})

test('no text makes the parser throw', () => {
  const noise = fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.%/ x'), maxLength: 40 })
  fc.assert(
    fc.property(noise, (text) => {
      const parsed = parseAddress(text)
      if (!parsed.ok) expect(explainAddress(parsed.problem)).toMatch(/\.$/)
    }),
    { numRuns: 10_000 },
  )
})

test('addresses sort by family, then by value', () => {
  const sorted = ['10.0.0.2', '10.0.0.10', '::', '::1']
  const shuffled = [3, 1, 0, 2].map((at) => parseAddress(sorted[at] ?? ''))
  const addresses = shuffled.flatMap((parsed) => (parsed.ok ? [parsed.value] : []))
  expect(addresses.sort(compareAddresses).map(formatAddress)).toEqual(sorted)
})

test('a value that the family does not have is a bug', () => {
  expect(() => addressFromValue(4, 1n << 32n)).toThrow(RangeError)
  expect(() => addressFromValue(6, -1n)).toThrow(RangeError)
})

const isV6 = (one: Address): boolean => one.family === 6

const groupsOf = (one: Address): string[] => {
  const hex = one.value.toString(16).padStart(32, '0')
  return Array.from({ length: 8 }, (_, at) => Number.parseInt(hex.slice(4 * at, 4 * at + 4), 16).toString(16))
}

/** Tries every run of zeros, longest first, leftmost first. */
function spelledSlowly(one: Address): string {
  const groups = groupsOf(one)
  for (let length = 8; length >= 2; length -= 1) {
    for (let from = 0; from + length <= 8; from += 1) {
      if (groups.slice(from, from + length).every((group) => group === '0')) {
        return `${groups.slice(0, from).join(':')}::${groups.slice(from + length).join(':')}`
      }
    }
  }
  return groups.join(':')
}
