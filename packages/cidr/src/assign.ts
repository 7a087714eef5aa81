import { type Address, addressFromValue, bitsOf, formatAddress } from './address.ts'
import { freeBlocks } from './free.ts'
import { comparePrefixes, formatPrefix, holds, lastOf, overlaps, type Prefix, sizeOf } from './prefix.ts'

export type AssignProblem =
  | { readonly kind: 'outside'; readonly address: string; readonly prefix: string }
  | { readonly kind: 'network-address'; readonly address: string; readonly prefix: string }
  | { readonly kind: 'broadcast-address'; readonly address: string; readonly prefix: string }
  | { readonly kind: 'router-anycast'; readonly address: string; readonly prefix: string }

/**
 * The reason a host of `prefix` may not have this address, or null when it may (DESIGN, “Rules of the tree”).
 * IPv4: neither the network nor the broadcast address up to /30; RFC 3021 frees both in a /31.
 * IPv6: not the first address up to /126, the routers' anycast address (RFC 4291, section 2.6.1); RFC 6164 frees it in a /127.
 */
export function assignable(prefix: Prefix, address: Address): AssignProblem | null {
  const named = { address: formatAddress(address), prefix: formatPrefix(prefix) }
  if (!holds(prefix, address)) return { kind: 'outside', ...named }
  if (bitsOf(prefix.family) - prefix.width < 2) return null
  if (address.value === prefix.first) {
    return { kind: prefix.family === 4 ? 'network-address' : 'router-anycast', ...named }
  }
  if (prefix.family === 4 && address.value === lastOf(prefix)) return { kind: 'broadcast-address', ...named }
  return null
}

/** The problem as one sentence. */
export function explainAssign(problem: AssignProblem): string {
  const { address, prefix } = problem
  switch (problem.kind) {
    case 'outside':
      return `${address} is not inside ${prefix}.`
    case 'network-address':
      return `${address} is the network address of ${prefix}; choose a later one.`
    case 'broadcast-address':
      return `${address} is the broadcast address of ${prefix}; choose an earlier one.`
    case 'router-anycast':
      return `${address} is the first address of ${prefix}, which IPv6 keeps for routers; choose a later one.`
  }
}

/** How many hosts can sit directly in `prefix`, apart from the space of `children`. */
export function assignableCount(prefix: Prefix, children: readonly Prefix[]): bigint {
  const free = freeBlocks(prefix, children).reduce((sum, block) => sum + sizeOf(block), 0n)
  const { from, to } = assignableRange(prefix)
  const inChild = (value: bigint) => children.some((child) => holds(child, addressFromValue(prefix.family, value)))
  const lostFirst = from > prefix.first && !inChild(prefix.first) ? 1n : 0n
  const lostLast = to < lastOf(prefix) && !inChild(lastOf(prefix)) ? 1n : 0n
  return free - lostFirst - lostLast
}

/**
 * The lowest assignable address of `prefix` that is in no child and not taken, or null when none is left.
 * `taken` as a set holds address values of this family. Steps over children and taken addresses only: O(both).
 */
export function nextAddress(
  prefix: Prefix,
  children: readonly Prefix[],
  taken: readonly Address[] | ReadonlySet<bigint>,
): Address | null {
  const used = isSet(taken) ? taken : new Set(taken.filter((a) => a.family === prefix.family).map((a) => a.value))
  const [next] = freeAddresses(prefix, children, used)
  return next ?? null
}

/** All such addresses, lowest first; what is not asked for costs nothing. `taken` holds values of this family. */
export function* freeAddresses(
  prefix: Prefix,
  children: readonly Prefix[],
  taken: ReadonlySet<bigint>,
): Generator<Address> {
  const { from, to } = assignableRange(prefix)
  const inside = children.filter((child) => overlaps(prefix, child)).sort(comparePrefixes)
  let at = 0
  for (let cursor = from; cursor <= to; cursor += 1n) {
    for (let child = inside[at]; child && child.first <= cursor; child = inside[at]) {
      if (cursor <= lastOf(child)) cursor = lastOf(child) + 1n
      at += 1
    }
    if (cursor <= to && !taken.has(cursor)) yield addressFromValue(prefix.family, cursor)
  }
}

/** First and last value that `assignable` allows. */
function assignableRange(prefix: Prefix): { from: bigint; to: bigint } {
  const reserves = bitsOf(prefix.family) - prefix.width >= 2
  return {
    from: reserves ? prefix.first + 1n : prefix.first,
    to: reserves && prefix.family === 4 ? lastOf(prefix) - 1n : lastOf(prefix),
  }
}

const isSet = (taken: readonly Address[] | ReadonlySet<bigint>): taken is ReadonlySet<bigint> => 'has' in taken
