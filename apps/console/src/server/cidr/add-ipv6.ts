import { explainShare, formatPrefix, type Prefix, shareOut, type Tree } from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type AddIpv6, type CidrRow, Refusal, type RemoveIpv6 } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { whileRootFits } from '../network/roots.ts'
import { write } from '../write.ts'
import { refuseSecond } from './edit-cidr.ts'
import { seatAnew } from './ipv6-seats.ts'
import { cidrOf, plansOf, prefixIn } from './plan.ts'

/**
 * Gives a CIDR without IPv6 a prefix, every CIDR below it a part of it, and all peers in these an address, in one change.
 * @throws Refusal not-found (cidrId), conflict (prefix6 of a root that overlaps another network), rule-broken (cidrId when
 * it has IPv6 already; prefix6 that may not be, or has no room for a part for everyone; endpoint when the network's own
 * would lie inside)
 */
export function addIpv6(ctx: Ctx, input: AddIpv6): Promise<CidrRow[]> {
  const { networkId, cidrId, prefix6, confirmWithinS } = input
  return whileRootFits(ctx, { networkId, cidrId, prefix6 }, () =>
    write(ctx, { networkId, kind: 'cidr.ipv6-added', confirmWithinS, large: true }, async (tx) => {
      const plans = plansOf(await tx.cidrs())
      const cidr = cidrOf(plans.first, cidrId, 'cidrId')
      const present = plans.second?.get(cidr.id)
      if (present) {
        const why = `${cidr.name} has IPv6 already, ${formatPrefix(present.prefix)}; change that, or take it away first.`
        throw new Refusal('rule-broken', why, 'cidrId')
      }
      await refuseSecond(tx, plans, { id: cidr.id, prefix6 })

      const parts = await partsOf(tx, plans.first, { id: cidr.id, prefix: prefixIn(prefix6) })
      const rows = await tx.updateMany(
        'cidrs',
        [...parts].map(([id, part]) => ({ id, patch: { prefix6: formatPrefix(part) } })),
      )
      await seatAnew(tx, plansOf(await tx.cidrs()), [...parts.keys()])
      return rows
    }),
  )
}

async function partsOf(tx: Writer, tree: Tree, top: { id: number; prefix: Prefix }): Promise<Map<number, Prefix>> {
  const ids = [top.id, ...tree.descendants(top.id).map(({ id }) => id)]
  const counts = new Map<number, number>()
  for (const { cidrId } of await tx.peersIn(ids)) counts.set(cidrId ?? 0, (counts.get(cidrId ?? 0) ?? 0) + 1)
  const parts = shareOut(tree, top, (id) => counts.get(id) ?? 0)
  if (parts.ok) return parts.value
  throw new Refusal('rule-broken', explainShare(parts.problem), 'prefix6')
}

/**
 * Takes the IPv6 prefixes of a CIDR and everything below it away, and the IPv6 addresses of their peers. Deleted peers
 * keep theirs: should the prefix come back, nobody else gets them unasked.
 * @throws Refusal not-found (cidrId), rule-broken (cidrId) when it has no IPv6
 */
export function removeIpv6(ctx: Ctx, input: RemoveIpv6): Promise<CidrRow[]> {
  const { networkId, cidrId, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'cidr.ipv6-removed', confirmWithinS, large: true }, async (tx) => {
    const { first, second } = plansOf(await tx.cidrs())
    const cidr = cidrOf(first, cidrId, 'cidrId')
    if (!second?.get(cidr.id)) throw new Refusal('rule-broken', `${cidr.name} has no IPv6 prefix.`, 'cidrId')

    const ids = [cidr.id, ...second.descendants(cidr.id).map(({ id }) => id)]
    const rows = await tx.updateMany(
      'cidrs',
      ids.map((id) => ({ id, patch: { prefix6: null } })),
    )
    await seatAnew(tx, plansOf(await tx.cidrs()), ids)
    return rows
  })
}
