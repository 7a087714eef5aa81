import {
  adopts,
  type CidrNode,
  explainPlacement,
  explainSecond,
  formatPrefix,
  type Plans,
  type Prefix,
  placementProblem,
  secondPlacementProblem,
  suggestSecond,
} from '@warren/cidr'
import type { Writer } from '@warren/db'
import type { CidrRow, CreateCidr } from '@warren/protocol'
import { Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { cidrOf, plansOf, prefixIn, refuseTakenName, seated6In, seatedIn } from './plan.ts'

/**
 * Adds a CIDR under a parent. Children of the parent that the new prefix holds move below it. It gets the IPv6 prefix
 * given, or a part of the parent's where the parent has one; null leaves it without.
 * @throws Refusal not-found (parentId), conflict (name), rule-broken (prefix, prefix6)
 */
export function createCidr(ctx: Ctx, input: CreateCidr): Promise<CidrRow> {
  return write(ctx, { networkId: input.networkId, kind: 'cidr.created' }, async (tx) => {
    const plans = plansOf(await tx.cidrs())
    const tree = plans.first
    const parent = cidrOf(tree, input.parentId, 'parentId')
    const prefix = prefixIn(input.prefix)

    refuseTakenName(tree, input.name)
    const problem = placementProblem(tree, parent, prefix, await seatedIn(tx, parent.id))
    if (problem) throw new Refusal('rule-broken', explainPlacement(problem), 'prefix')
    const prefix6 = await secondFor(tx, plans, { ...input, parent, prefix })

    const { name, isolated } = input
    const row = { parentId: parent.id, name, prefix: input.prefix, prefix6, isolated }
    const created = await tx.insert('cidrs', row)
    for (const child of adopts(tree, parent, prefix)) await tx.update('cidrs', child.id, { parentId: created.id })
    return created
  })
}

type Place = { name: string; parent: CidrNode; prefix: Prefix; prefix6?: string | null | undefined }

/** The IPv6 prefix of a new CIDR. */
async function secondFor(tx: Writer, plans: Plans, place: Place): Promise<string | null> {
  const { name, parent, prefix } = place
  const peers = plans.second ? await seated6In(tx, parent.id) : []
  const parent6 = plans.second?.get(parent.id)
  if (place.prefix6 === undefined && parent6) {
    const free = suggestSecond(plans, { parent, prefix }, peers)
    if (free) return formatPrefix(free)
    const adopted = adopts(plans.first, parent, prefix).some((child) => plans.second?.get(child.id))
    const why = adopted
      ? `No IPv6 prefix holds those of the CIDRs that would be inside ${name}, and no others; take IPv6 from them first, and give it back to all of ${name} afterwards.`
      : `No part of ${formatPrefix(parent6.prefix)} in ${parent.name} is left for ${name}; choose an IPv6 prefix for it, or none.`
    throw new Refusal('rule-broken', why, 'prefix6')
  }
  const prefix6 = place.prefix6 ? prefixIn(place.prefix6) : null
  const problem = secondPlacementProblem(plans, { name, parent, prefix, prefix6 }, peers)
  if (problem) throw new Refusal('rule-broken', explainSecond(problem), 'prefix6')
  return prefix6 && formatPrefix(prefix6)
}
