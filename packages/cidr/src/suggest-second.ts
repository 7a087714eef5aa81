import { nextFreePrefix } from './free.ts'
import { coverOf } from './insert-choices.ts'
import type { Seated } from './peer-address.ts'
import { adopts } from './placement.ts'
import { hostPrefix, type Prefix, supernet } from './prefix.ts'
import { NARROWEST_SECOND, type Plans, SUBNET, secondPlacementProblem } from './second-plan.ts'
import type { CidrNode } from './tree.ts'

/** Two hexadecimal digits, 256 parts. */
const STEP = 8

/**
 * The IPv6 prefix for a new CIDR with the IPv4 `prefix` under `parent`: the smallest that holds those of the children it
 * takes in, else the next free part, clear of the peers that sit directly in `parent`. Null where the parent has no IPv6
 * prefix, or no room.
 */
export function suggestSecond(
  plans: Plans,
  { parent, prefix }: { parent: CidrNode; prefix: Prefix },
  peersInParent: readonly Seated[],
): Prefix | null {
  const { first, second } = plans
  const parent6 = second?.get(parent.id)
  if (!second || !parent6) return null
  const adopted = adopts(first, parent, prefix).flatMap((child) => second.get(child.id)?.prefix ?? [])
  const fits = (prefix6: Prefix) =>
    secondPlacementProblem(plans, { name: '', parent, prefix, prefix6 }, peersInParent) === null
  if (adopted.length > 0) {
    let cover = coverOf(adopted)
    while (cover && cover.width > parent6.prefix.width && !fits(cover)) cover = supernet(cover)
    return cover && fits(cover) ? cover : null
  }
  return suggestPart(plans, parent.id, peersInParent)
}

/**
 * The next free part of a CIDR's IPv6 prefix, 256 or 16 of which it could have, no smaller than a /64 where that is
 * possible; clear of the peers that sit directly in it. Null where it has no IPv6 prefix, or no room.
 */
export function suggestPart({ second }: Plans, parentId: number, peersInParent: readonly Seated[]): Prefix | null {
  const parent = second?.get(parentId)
  if (!second || !parent) return null
  const siblings = second.children(parentId).map((child) => child.prefix)
  const taken = [...siblings, ...peersInParent.map((peer) => hostPrefix(peer.address))]
  for (const width of widthsIn(parent.prefix.width)) {
    const free = nextFreePrefix(parent.prefix, taken, width)
    if (free) return free
  }
  return null
}

const widthsIn = (width: number): number[] =>
  [
    width + STEP <= SUBNET ? width + STEP : SUBNET,
    SUBNET,
    width + STEP / 2,
    width + STEP,
    120,
    NARROWEST_SECOND,
  ].filter((one) => one > width && one <= NARROWEST_SECOND)
