import { formatPrefix, holds, parseAddress } from '@warren/cidr'
import type { Plan } from '~/features/network/plan.ts'

/** A CIDR that was found, by itself or by a peer in it. */
export type Hit = { readonly cidrId: number; readonly peerId: number | null }

/** Everything of a plan that can be found, in small letters. */
export type Findable = readonly (Hit & { readonly name: string; readonly address: string })[]

/** What the tree's search looks through: CIDRs in document order, each followed by its own peers. */
export const findable = (plan: Plan): Findable =>
  plan.tree.nodes.flatMap((node) => [
    { cidrId: node.id, peerId: null, name: node.name, address: formatPrefix(node.prefix) },
    ...plan.membersIn(node.id).map((peer) => {
      return { cidrId: node.id, peerId: peer.id, name: peer.name, address: peer.address }
    }),
  ])

/**
 * What a text may mean: names and addresses that contain it, CIDRs before peers, those that begin with it first. A whole
 * address that nobody has is answered with the CIDR that holds it.
 */
export function findIn(all: Findable, plan: Plan, text: string): Hit[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  const rank = ({ peerId, name, address }: Findable[number]): number => {
    const kind = peerId === null ? 0 : 2
    if (name.startsWith(wanted) || address.startsWith(wanted)) return kind
    return name.includes(wanted) || address.includes(wanted) ? kind + 1 : NOT_MEANT
  }
  const ranks: Hit[][] = [[], [], [], []]
  for (const one of all) ranks[rank(one)]?.push(one)
  const hits = ranks.flat()
  return hits.length > 0 ? hits : holding(plan, wanted)
}

const NOT_MEANT = 9

function holding(plan: Plan, text: string): Hit[] {
  const address = parseAddress(text)
  if (!address.ok || !holds(plan.tree.root.prefix, address.value)) return []
  const node = plan.tree.ofAddress(address.value)
  return node ? [{ cidrId: node.id, peerId: null }] : []
}
