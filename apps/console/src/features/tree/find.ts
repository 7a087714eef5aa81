import { parseAddress } from '@warren/cidr'
import { addressesOf, prefixesOf } from '~/features/network/families.ts'
import type { Plan } from '~/features/network/plan.ts'

/** A CIDR that was found, by itself or by a peer in it. */
export type Hit = { readonly cidrId: number; readonly peerId: number | null }

/** Everything of a plan that can be found, in small letters. */
export type Findable = readonly (Hit & { readonly name: string; readonly addresses: readonly string[] })[]

/** What the tree's search looks through: CIDRs in document order, each followed by its own peers. */
export const findable = (plan: Plan): Findable =>
  plan.tree.nodes.flatMap((node) => [
    { cidrId: node.id, peerId: null, name: node.name, addresses: prefixesOf(plan, node.id) },
    ...plan.membersIn(node.id).map((peer) => {
      return { cidrId: node.id, peerId: peer.id, name: peer.name, addresses: addressesOf(peer) }
    }),
  ])

/**
 * What a text may mean: names and addresses that contain it, CIDRs before peers, those that begin with it first. A whole
 * address that nobody has is answered with the CIDR that holds it.
 */
export function findIn(all: Findable, plan: Plan, text: string): Hit[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  const rank = ({ peerId, name, addresses }: Findable[number]): number => {
    const kind = peerId === null ? 0 : 2
    if ([name, ...addresses].some((text) => text.startsWith(wanted))) return kind
    return [name, ...addresses].some((text) => text.includes(wanted)) ? kind + 1 : NOT_MEANT
  }
  const ranks: Hit[][] = [[], [], [], []]
  for (const one of all) ranks[rank(one)]?.push(one)
  const hits = ranks.flat()
  return hits.length > 0 ? hits : holding(plan, wanted)
}

const NOT_MEANT = 9

function holding(plan: Plan, text: string): Hit[] {
  const address = parseAddress(text)
  if (!address.ok) return []
  const node = plan.tree.ofAddress(address.value) ?? plan.plans.second?.ofAddress(address.value)
  return node ? [{ cidrId: node.id, peerId: null }] : []
}
