import type { RelayPair } from '@warren/protocol'
import type { PortRange } from './settings.ts'

/** What one network wants passed on, those that need it most first. */
export type Wish = { readonly network: number; readonly pairs: readonly RelayPair[] }

/** The two ports of a pair are neighbours; a slot is named by the first, which is that of `a`. */
export type Slot = number

/** A pair of one network, whatever its keys are. */
export const pairId = (network: number, { a, b }: RelayPair): string => `${network} ${a.peer} ${b.peer}`

/** All slots of a range without those that hold a port of `taken`. */
export function slotsOf(range: PortRange | null, taken: ReadonlySet<number>): Slot[] {
  const slots: Slot[] = []
  if (range === null) return slots
  for (let slot = range.first; slot < range.last; slot += 2) {
    if (!taken.has(slot) && !taken.has(slot + 1)) slots.push(slot)
  }
  return slots
}

/**
 * Which pair gets which slot. A pair that is still wanted keeps the one that it holds, if that is still among `slots`. When
 * there are too few, a network never takes one from another network; of its own pairs, those that come later go without.
 * @param held slots by `pairId`
 */
export function assign(
  wishes: readonly Wish[],
  { slots, held }: { slots: readonly Slot[]; held: ReadonlyMap<string, Slot> },
): { open: ReadonlyMap<string, Slot>; left: ReadonlyMap<number, number> } {
  const usable = new Set(slots)
  const keeps = (id: string): boolean => usable.has(held.get(id) ?? -1)
  const ids = wishes.map(({ network, pairs }) => ({ network, wanted: pairs.map((pair) => pairId(network, pair)) }))
  let free = slots.length - ids.reduce((sum, { wanted }) => sum + wanted.filter(keeps).length, 0)

  const served: string[] = []
  const left = new Map<number, number>()
  for (const { network, wanted } of ids) {
    const room = free + wanted.filter(keeps).length
    const chosen = wanted.slice(0, room)
    free = room - chosen.length
    served.push(...chosen)
    left.set(network, wanted.length - chosen.length)
  }

  const open = new Map<string, Slot>()
  for (const id of served.filter(keeps)) open.set(id, held.get(id) ?? 0)
  const used = new Set(open.values())
  const rest = slots.filter((slot) => !used.has(slot)).values()
  for (const id of served) {
    if (open.has(id)) continue
    const { value } = rest.next()
    if (value !== undefined) open.set(id, value)
  }
  return { open, left }
}
