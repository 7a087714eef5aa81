import type { Address } from './address.ts'
import { assignable, freeAddresses } from './assign.ts'
import { holds, type Prefix } from './prefix.ts'

/** A peer that needs an address somewhere, and the one it has now. */
export type Seeker = { readonly id: number; readonly present: Address | null }

/**
 * An address directly in `prefix` for each, in the order given: the present one where it may stay, else the next free
 * one, else null. `taken` are the values of all addresses in the prefix that are in use or kept, the seekers' own
 * included: nobody gets what another one leaves.
 */
export function seatAll(
  place: { prefix: Prefix; children: readonly Prefix[] },
  seekers: readonly Seeker[],
  taken: ReadonlySet<bigint>,
): Map<number, Address | null> {
  const { prefix, children } = place
  const mayStay = (address: Address) =>
    assignable(prefix, address) === null && !children.some((child) => holds(child, address))
  const free = freeAddresses(prefix, children, taken)
  return new Map(
    seekers.map(({ id, present }) => [id, present && mayStay(present) ? present : (free.next().value ?? null)]),
  )
}
