import {
  addressFromValue,
  assignableCount,
  bitsOf,
  type CidrNode,
  formatPrefix,
  freeBlocks,
  hostPrefix,
  nextFreePrefix,
  type Prefix,
  prefixOf,
  type Tree,
} from '@warren/cidr'
import type { Member, Plan } from '~/features/network/plan.ts'
import { count } from '~/ui/format.ts'

/** A size that a new CIDR may have: its width, and what to call it. */
export type Size = { readonly width: number; readonly label: string }

/** Narrower than this nobody draws a CIDR for: a /30 holds two hosts, a /126 three. */
const LEAST_HOST_BITS = 2

/** Sizes that fit below a CIDR, largest first. In IPv6 only whole hexadecimal digits, which people can read. */
export function sizesBelow(parent: Prefix): Size[] {
  const narrowest = bitsOf(parent.family) - LEAST_HOST_BITS
  const all = Array.from({ length: Math.max(0, narrowest - parent.width) }, (_, i) => parent.width + 1 + i)
  const offered = parent.family === 4 ? all : all.filter((width) => width % 4 === 0)
  return offered.map((width) => ({ width, label: `/${width} · ${addressesIn(parent.family, width)} addresses` }))
}

/** How many hosts fit into a prefix of a width, in figures. */
export const addressesIn = (family: 4 | 6, width: number): string =>
  count(assignableCount(prefixOf(addressFromValue(family, 0n), width), []))

/** What is likely meant: a /24 or a /64 where there is room, else a quarter of the parent. */
export function likelySize(parent: Prefix, sizes: readonly Size[]): number {
  const usual = parent.family === 4 ? 24 : 64
  const wanted = parent.width < usual ? usual : parent.width + 2
  return (sizes.find((size) => size.width >= wanted) ?? sizes.at(-1))?.width ?? parent.width + 1
}

/** The next free prefix of a width in a CIDR, clear of its children and of the peers that sit directly in it. */
export function suggestPrefix(tree: Tree, parentId: number, direct: readonly Member[], width: number): string | null {
  const [parent] = tree.ancestors(parentId)
  if (!parent) return null
  const found = nextFreePrefix(parent.prefix, takenIn(tree, parentId, direct), width)
  return found && formatPrefix(found)
}

/** The blocks of a CIDR that neither a child nor a peer has, by address. */
export const freeIn = (plan: Plan, { id, prefix }: CidrNode): Prefix[] =>
  freeBlocks(prefix, takenIn(plan.tree, id, plan.membersIn(id)))

/** Where a CIDR of a width could go: the first place in each free block that is large enough, by address. */
export const placesFor = (plan: Plan, parent: CidrNode, width: number): string[] =>
  freeIn(plan, parent)
    .filter((block) => block.width <= width)
    .map((block) => formatPrefix(prefixOf(addressFromValue(block.family, block.first), width)))

const takenIn = (tree: Tree, id: number, direct: readonly Member[]): Prefix[] => [
  ...tree.children(id).map((child) => child.prefix),
  ...direct.map((peer) => hostPrefix(peer.at)),
]
