import { explainResize, explainSecond, type Plans, resizeProblem, secondChangeProblem, type Tree } from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type CidrRow, type EditCidr, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { given } from '../given.ts'
import { whileRootFits } from '../network/roots.ts'
import { write } from '../write.ts'
import { seatAnew } from './ipv6-seats.ts'
import { cidrOf, plansOf, prefixIn, refuseTakenName, seated6In, seatedIn } from './plan.ts'

/**
 * Renames, resizes or isolates a CIDR, or gives it another IPv6 prefix, its first or none. What is left out stays as it
 * is. Peers directly in it get IPv6 addresses with its first IPv6 prefix, and lose them with it.
 * @throws Refusal not-found (cidrId), conflict (name; prefix and prefix6 of a root that overlaps another network),
 * rule-broken (prefix, prefix6; endpoint when the network's own would lie inside)
 */
export function editCidr(ctx: Ctx, input: EditCidr): Promise<CidrRow> {
  const { networkId, cidrId, name, prefix, prefix6, isolated, confirmWithinS } = input
  const edit = async (tx: Writer): Promise<CidrRow> => {
    const plans = plansOf(await tx.cidrs())
    const cidr = cidrOf(plans.first, cidrId, 'cidrId')

    if (name !== undefined) refuseTakenName(plans.first, name, { exceptId: cidr.id })
    if (prefix !== undefined) await refuseResize(tx, plans.first, { id: cidr.id, prefix })
    if (prefix6 !== undefined) await refuseSecond(tx, plans, { id: cidr.id, prefix6 })

    const row = await tx.update('cidrs', cidr.id, given({ name, prefix, prefix6, isolated }))
    if (prefix6 !== undefined) await seatAnew(tx, plansOf(await tx.cidrs()), [cidr.id])
    return row
  }
  return whileRootFits(ctx, { networkId, cidrId, prefix, prefix6 }, () =>
    write(ctx, { networkId, kind: 'cidr.edited', confirmWithinS }, edit),
  )
}

async function refuseResize(tx: Writer, tree: Tree, to: { id: number; prefix: string }): Promise<void> {
  const [cidr, parent] = tree.ancestors(to.id)
  const inside = await seatedIn(tx, to.id)
  const inParent = parent ? await seatedIn(tx, parent.id) : []
  const problem = cidr && resizeProblem(tree, cidr.id, prefixIn(to.prefix), inside, inParent)
  if (problem) throw new Refusal('rule-broken', explainResize(problem), 'prefix')
}

/** Refuses an IPv6 prefix that a CIDR may not have, or may not lack. */
export async function refuseSecond(
  tx: Writer,
  plans: Plans,
  to: { id: number; prefix6: string | null },
): Promise<void> {
  const [, parent] = plans.first.ancestors(to.id)
  const peersIn = await seated6In(tx, to.id)
  const peersInParent = parent ? await seated6In(tx, parent.id) : []
  const prefix6 = to.prefix6 === null ? null : prefixIn(to.prefix6)
  const problem = secondChangeProblem(plans, { id: to.id, prefix6 }, { peersIn, peersInParent })
  if (problem) throw new Refusal('rule-broken', explainSecond(problem), 'prefix6')
}
