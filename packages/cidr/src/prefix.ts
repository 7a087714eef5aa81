import {
  type Address,
  type AddressProblem,
  addressFromValue,
  bitsOf,
  explainAddress,
  type Family,
  formatAddress,
  parseAddress,
} from './address.ts'
import { no, ok, type Result } from './result.ts'

declare const checked: unique symbol

/** A run of addresses whose host bits are all zero. Only `parsePrefix` and the algebra of this room make one. */
export type Prefix = {
  readonly family: Family
  readonly first: bigint
  /** Leading bits that all its addresses share: 0 to 32, or 0 to 128. */
  readonly width: number
  readonly [checked]: true
}

export type PrefixProblem =
  | { readonly kind: 'no-slash'; readonly text: string }
  | { readonly kind: 'bad-address'; readonly text: string; readonly why: AddressProblem }
  | { readonly kind: 'bad-width'; readonly text: string; readonly max: number }
  | { readonly kind: 'host-bits-set'; readonly text: string; readonly meant: string }

export type SplitProblem =
  | { readonly kind: 'bad-width'; readonly width: number; readonly min: number; readonly max: number }
  | { readonly kind: 'too-many-pieces'; readonly pieces: bigint; readonly max: number }

/** Chosen: what a screen or a transaction can still handle at once. */
const MAX_PIECES = 65_536

/** Reads `10.42.0.0/16` or `fd00::/48`. Host bits are refused with the corrected prefix (DESIGN, “Rules of the tree”). */
export function parsePrefix(text: string): Result<Prefix, PrefixProblem> {
  const slash = text.indexOf('/')
  if (slash < 0) return no({ kind: 'no-slash', text })

  const spelled = text.slice(0, slash)
  const address = parseAddress(spelled)
  if (!address.ok) return no({ kind: 'bad-address', text: spelled, why: address.problem })

  const digits = text.slice(slash + 1)
  const max = bitsOf(address.value.family)
  if (!/^(0|[1-9][0-9]{0,2})$/.test(digits) || Number(digits) > max) return no({ kind: 'bad-width', text: digits, max })

  const prefix = prefixOf(address.value, Number(digits))
  if (prefix.first !== address.value.value) return no({ kind: 'host-bits-set', text, meant: formatPrefix(prefix) })
  return ok(prefix)
}

/** The problem as one sentence. */
export function explainPrefix(problem: PrefixProblem): string {
  switch (problem.kind) {
    case 'no-slash':
      return 'A prefix is an address, a slash and a width, for example 10.42.0.0/16.'
    case 'bad-address':
      return explainAddress(problem.why)
    case 'bad-width':
      return `The width after the slash has to be a number from 0 to ${problem.max}, not “${problem.text}”.`
    case 'host-bits-set':
      return `${problem.text} has host bits set; the prefix is ${problem.meant}.`
  }
}

/** The canonical spelling, address in RFC 5952 form. */
export const formatPrefix = (prefix: Prefix): string =>
  `${formatAddress(addressFromValue(prefix.family, prefix.first))}/${prefix.width}`

/** The prefix of `width` bits that holds the address: its host bits are cleared. Throws on an impossible width. */
export function prefixOf(address: Address, width: number): Prefix {
  const bits = bitsOf(address.family)
  if (!Number.isInteger(width) || width < 0 || width > bits)
    throw new RangeError(`no IPv${address.family} width ${width}`)
  const hostBits = BigInt(bits - width)
  return { family: address.family, first: (address.value >> hostBits) << hostBits, width } as Prefix
}

/** The address alone, as /32 or /128: what WireGuard's allowed IPs hold for a peer. */
export const hostPrefix = (address: Address): Prefix => prefixOf(address, bitsOf(address.family))

/** How many addresses it has. */
export const sizeOf = (prefix: Prefix): bigint => 1n << BigInt(bitsOf(prefix.family) - prefix.width)

/** The value of its last address. */
export const lastOf = (prefix: Prefix): bigint => prefix.first + sizeOf(prefix) - 1n

/** Whether every address of `inner` is in `outer`; a prefix contains itself. */
export const contains = (outer: Prefix, inner: Prefix): boolean =>
  outer.family === inner.family &&
  outer.width <= inner.width &&
  (outer.first ^ inner.first) >> BigInt(bitsOf(outer.family) - outer.width) === 0n

/** Whether they share an address. Aligned blocks do only when one contains the other. */
export const overlaps = (a: Prefix, b: Prefix): boolean => contains(a, b) || contains(b, a)

/** Whether they are the same block. */
export const samePrefix = (a: Prefix, b: Prefix): boolean =>
  a.family === b.family && a.width === b.width && a.first === b.first

/** Whether the address lies in the prefix. */
export const holds = (prefix: Prefix, address: Address): boolean => contains(prefix, hostPrefix(address))

/** All blocks of `width` in it, in order; never more than 65,536 of them. */
export function split(prefix: Prefix, width: number): Result<Prefix[], SplitProblem> {
  const max = bitsOf(prefix.family)
  if (!Number.isInteger(width) || width < prefix.width || width > max) {
    return no({ kind: 'bad-width', width, min: prefix.width, max })
  }
  const pieces = 1n << BigInt(width - prefix.width)
  if (pieces > BigInt(MAX_PIECES)) return no({ kind: 'too-many-pieces', pieces, max: MAX_PIECES })

  const step = 1n << BigInt(max - width)
  const piece = (at: number) => prefixOf(addressFromValue(prefix.family, prefix.first + BigInt(at) * step), width)
  return ok(Array.from({ length: Number(pieces) }, (_, at) => piece(at)))
}

/** The problem as one sentence. */
export function explainSplit(problem: SplitProblem): string {
  switch (problem.kind) {
    case 'bad-width':
      return `It can be split into widths from ${problem.min} to ${problem.max}, not ${problem.width}.`
    case 'too-many-pieces':
      return `That would be ${problem.pieces} pieces; choose a width that makes at most ${problem.max}.`
  }
}

/** The one prefix that holds exactly the addresses of both, or null when there is none. */
export function merge(a: Prefix, b: Prefix): Prefix | null {
  if (contains(a, b)) return a
  if (contains(b, a)) return b
  const above = supernet(a)
  return above && a.width === b.width && contains(above, b) ? above : null
}

/** The prefix one bit wider, or null for all addresses. */
export const supernet = (prefix: Prefix): Prefix | null =>
  prefix.width === 0 ? null : prefixOf(addressFromValue(prefix.family, prefix.first), prefix.width - 1)

/** IPv4 before IPv6, then by first address, the outer before the inner: document order of a tree. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.width - b.width
}
