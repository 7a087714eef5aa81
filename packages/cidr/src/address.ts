import { no, ok, type Result } from './result.ts'

/** The version of the Internet Protocol. */
export type Family = 4 | 6

declare const checked: unique symbol

/** One address. Only `parseAddress` and the algebra of this room make one, so nobody downstream checks again. */
export type Address = { readonly family: Family; readonly value: bigint; readonly [checked]: true }

export type AddressProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'space'; readonly text: string }
  | { readonly kind: 'zone'; readonly text: string }
  | { readonly kind: 'prefix-given'; readonly text: string }
  | { readonly kind: 'leading-zero'; readonly text: string; readonly part: string }
  | { readonly kind: 'part-too-large'; readonly text: string; readonly part: string }
  | { readonly kind: 'ipv4-mapped'; readonly text: string; readonly meant: string }
  | { readonly kind: 'not-an-address'; readonly text: string }

const MAPPED = 0xffffn

/** Bits of an address of this family, which is also the longest prefix width. */
export const bitsOf = (family: Family): number => (family === 4 ? 32 : 128)

/** The address with this numeric value. Throws a RangeError when the family has no such address: that is a bug. */
export function addressFromValue(family: Family, value: bigint): Address {
  if (value < 0n || value >> BigInt(bitsOf(family)) !== 0n) throw new RangeError(`no IPv${family} address ${value}`)
  return { family, value } as Address
}

/**
 * Reads one spelling only: four plain decimals for IPv4 (RFC 6943, section 3.1.1, tells what the other spellings cost),
 * RFC 4291 section 2.2 for IPv6 in either case, with `::` and a dotted tail. An IPv4-mapped address is refused: it is
 * the same host in two families, and one rule must not be dodged by spelling the other.
 */
export function parseAddress(text: string): Result<Address, AddressProblem> {
  const problem = strayProblem(text)
  if (problem) return no(problem)

  const family: Family = text.includes(':') ? 6 : 4
  const value = family === 4 ? parseV4(text, text) : parseV6(text)
  if (!value.ok) return value
  if (family === 6 && value.value >> 32n === MAPPED) {
    const meant = formatV4(value.value & 0xffff_ffffn)
    return no({ kind: 'ipv4-mapped', text, meant })
  }
  return ok(addressFromValue(family, value.value))
}

/** The canonical spelling: dotted decimals, or RFC 5952 for IPv6. */
export const formatAddress = (address: Address): string =>
  address.family === 4 ? formatV4(address.value) : formatV6(address.value)

/** IPv4 before IPv6, then by value; made for `sort`. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
}

/** The problem as one sentence. */
export function explainAddress(problem: AddressProblem): string {
  switch (problem.kind) {
    case 'empty':
      return 'An address is missing.'
    case 'space':
      return `Remove the spaces from “${problem.text}”.`
    case 'zone':
      return `Remove the zone (everything from %) from ${problem.text}.`
    case 'prefix-given':
      return `${problem.text} is a prefix; give one address, without the slash.`
    case 'leading-zero':
      return `Write ${problem.part} in ${problem.text} without leading zeros: some programs would read it as octal.`
    case 'part-too-large':
      return `${problem.part} in ${problem.text} is larger than 255.`
    case 'ipv4-mapped':
      return `${problem.text} is an IPv4 address in IPv6 clothes; write ${problem.meant}.`
    case 'not-an-address':
      return `${problem.text} is neither an IPv4 nor an IPv6 address.`
  }
}

/** Things that are not part of any address, told apart because the cure differs. */
function strayProblem(text: string): AddressProblem | null {
  if (text.trim() === '') return { kind: 'empty' }
  if (/\s/.test(text)) return { kind: 'space', text }
  if (text.includes('%')) return { kind: 'zone', text }
  if (text.includes('/')) return { kind: 'prefix-given', text }
  return null
}

/** Strict dotted quad. `whole` is what the person wrote, for the sentence. */
function parseV4(quad: string, whole: string): Result<bigint, AddressProblem> {
  const parts = quad.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]{1,3}$/.test(part))) {
    return no({ kind: 'not-an-address', text: whole })
  }
  const padded = parts.find((part) => part.length > 1 && part.startsWith('0'))
  if (padded !== undefined) return no({ kind: 'leading-zero', text: whole, part: padded })
  const large = parts.find((part) => Number(part) > 255)
  if (large !== undefined) return no({ kind: 'part-too-large', text: whole, part: large })
  return ok(parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n))
}

function parseV6(text: string): Result<bigint, AddressProblem> {
  const bad = no<AddressProblem>({ kind: 'not-an-address', text })
  const spread = spreadDottedTail(text)
  if (!spread.ok) return spread

  const halves = spread.value.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], tail = []] = halves
  const zeros = 8 - head.length - tail.length
  // `::` stands for at least one group (RFC 4291, section 2.2).
  if (halves.length > 2 || (halves.length === 2 ? zeros < 1 : zeros !== 0)) return bad

  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return bad
  return ok(groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n))
}

/** Turns the dotted tail of `::1.2.3.4` into two groups; text without one passes unchanged. */
function spreadDottedTail(text: string): Result<string, AddressProblem> {
  if (!text.includes('.')) return ok(text)
  const cut = text.lastIndexOf(':') + 1
  const quad = parseV4(text.slice(cut), text)
  if (!quad.ok) return quad
  return ok(`${text.slice(0, cut)}${(quad.value >> 16n).toString(16)}:${(quad.value & 0xffffn).toString(16)}`)
}

const formatV4 = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => (value >> BigInt(112 - 16 * at)) & 0xffffn)
  const run = longestZeroRun(groups)
  const hex = groups.map((group) => group.toString(16))
  // A single zero group is not shortened (RFC 5952, section 4.2.2).
  if (run.length < 2) return hex.join(':')
  return `${hex.slice(0, run.from).join(':')}::${hex.slice(run.from + run.length).join(':')}`
}

/** The first of the longest runs of zero groups (RFC 5952, section 4.2.3). */
function longestZeroRun(groups: readonly bigint[]): { from: number; length: number } {
  let best = { from: 0, length: 0 }
  let length = 0
  groups.forEach((group, at) => {
    length = group === 0n ? length + 1 : 0
    if (length > best.length) best = { from: at - length + 1, length }
  })
  return best
}
