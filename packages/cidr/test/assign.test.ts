import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressFromValue,
  addressProblem,
  assignable,
  assignableCount,
  explainAddressProblem,
  explainAssign,
  formatAddress,
  nextAddress,
  type Prefix,
} from '../src/index.ts'
import { address, bits, cidr, cornerPrefix, plant, prefix, seated, values } from './some.ts'

test.each([
  ['10.0.0.0/24', '10.0.0.0', '10.0.0.0 is the network address of 10.0.0.0/24; choose a later one.'],
  ['10.0.0.0/24', '10.0.0.255', '10.0.0.255 is the broadcast address of 10.0.0.0/24; choose an earlier one.'],
  ['10.0.0.0/30', '10.0.0.3', '10.0.0.3 is the broadcast address of 10.0.0.0/30; choose an earlier one.'],
  ['10.0.0.0/24', '10.0.1.1', '10.0.1.1 is not inside 10.0.0.0/24.'],
  ['10.0.0.0/24', 'fd00::1', 'fd00::1 is not inside 10.0.0.0/24.'],
  [
    'fd00::/64',
    'fd00::',
    'fd00:: is the first address of fd00::/64, which IPv6 keeps for routers; choose a later one.',
  ],
  [
    'fd00::/126',
    'fd00::',
    'fd00:: is the first address of fd00::/126, which IPv6 keeps for routers; choose a later one.',
  ],
])('in %s, %s is not assignable', (block, text, sentence) => {
  const problem = assignable(prefix(block), address(text))
  expect(problem && explainAssign(problem)).toBe(sentence)
})

test.each([
  ['10.0.0.0/24', '10.0.0.1'],
  ['10.0.0.0/30', '10.0.0.2'],
  ['10.0.0.0/31', '10.0.0.0'],
  ['10.0.0.0/31', '10.0.0.1'],
  ['10.0.0.9/32', '10.0.0.9'],
  ['fd00::/64', 'fd00::ffff:ffff:ffff:ffff'],
  ['fd00::/127', 'fd00::'],
  ['fd00::9/128', 'fd00::9'],
])('in %s, %s is assignable', (block, text) => {
  expect(assignable(prefix(block), address(text))).toBeNull()
})

test('counting and choosing agree with trying every address', () => {
  const some = fc.array(cornerPrefix, { maxLength: 4 })
  const taken = fc.array(fc.nat({ max: 63 }), { maxLength: 30 })
  fc.assert(
    fc.property(cornerPrefix, some, taken, fc.boolean(), (whole, blocks, numbers, asSet) => {
      const children = blocks.filter((block) => block.family === whole.family)
      const open = values(whole).filter((value) => isOpen(whole, children, value))
      expect(assignableCount(whole, children)).toBe(BigInt(open.length))

      const used = new Set(numbers.map(BigInt))
      const first = open.find((value) => !used.has(value))
      const given = asSet ? used : [...used].map((value) => addressFromValue(whole.family, value))
      expect(nextAddress(whole, children, given)?.value).toBe(first)
    }),
    { numRuns: 8_000 },
  )
})

test('an address of the other family takes nothing', () => {
  expect(nextAddress(prefix('::/120'), [], [address('0.0.0.1')])?.value).toBe(1n)
})

test.each([
  ['10.0.0.0/8', ['10.0.0.0/9'], [], '10.128.0.0'],
  ['10.0.0.0/8', ['10.0.0.0/16'], ['10.1.0.0', '10.1.0.1'], '10.1.0.2'],
  ['fd00::/48', ['fd00::/64'], [], 'fd00:0:0:1::'],
  ['fd00::/48', [], ['fd00::1'], 'fd00::2'],
  ['10.0.0.0/31', [], ['10.0.0.0'], '10.0.0.1'],
])('in %s beside %j and %j, the next address is %s', (whole, children, taken, next) => {
  const found = nextAddress(prefix(whole), children.map(prefix), taken.map(address))
  expect(found && formatAddress(found)).toBe(next)
})

test('a full CIDR has no next address', () => {
  expect(nextAddress(prefix('10.0.0.0/30'), [], ['10.0.0.1', '10.0.0.2'].map(address))).toBeNull()
  expect(nextAddress(prefix('10.0.0.0/24'), ['10.0.0.0/25', '10.0.0.128/25'].map(prefix), [])).toBeNull()
})

const tree = plant([
  ['net', '10.0.0.0/16', null],
  ['corp', '10.0.16.0/20', 'net'],
  ['eng', '10.0.16.0/24', 'corp'],
])
const taken = [seated('alice', '10.0.17.1'), { ...seated('bob', '10.0.17.2'), deleted: true }]

test.each([
  ['corp', '10.1.0.1', '10.1.0.1 is not inside corp (10.0.16.0/20).'],
  ['corp', '10.0.16.9', '10.0.16.9 belongs to eng; add the peer there or choose another address.'],
  ['net', '10.0.16.9', '10.0.16.9 belongs to eng; add the peer there or choose another address.'],
  ['net', '10.0.0.0', '10.0.0.0 is the network address of 10.0.0.0/16; choose a later one.'],
  ['corp', '10.0.31.255', '10.0.31.255 is the broadcast address of 10.0.16.0/20; choose an earlier one.'],
  ['corp', '10.0.17.1', '10.0.17.1 is taken by alice.'],
  ['corp', '10.0.17.2', '10.0.17.2 belonged to bob, which was deleted; release the address before using it again.'],
])('a peer of %s may not have %s', (name, text, sentence) => {
  const problem = addressProblem(tree, cidr(tree, name).id, address(text), taken)
  expect(problem && explainAddressProblem(problem)).toBe(sentence)
})

test('a peer may have a free address of its CIDR', () => {
  expect(addressProblem(tree, cidr(tree, 'corp').id, address('10.0.17.3'), taken)).toBeNull()
  expect(addressProblem(tree, cidr(tree, 'eng').id, address('10.0.16.3'), taken)).toBeNull()
})

/** In no child, and neither the first nor, in IPv4, the last of four or more. */
function isOpen(whole: Prefix, children: readonly Prefix[], value: bigint): boolean {
  if (children.some((child) => values(child).includes(value))) return false
  const all = values(whole)
  if (bits(whole.family) - whole.width < 2) return true
  return value !== all[0] && (whole.family === 6 || value !== all.at(-1))
}
