import { adopts, explainPlacement, placementProblem } from '@warren/cidr'
import type { CidrRow, CreateCidr } from '@warren/protocol'
import { Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { cidrOf, prefixIn, refuseTakenName, seatedIn, treeOf } from './plan.ts'

/**
 * Adds a CIDR under a parent. Children of the parent that the new prefix holds move below it.
 * @throws Refusal not-found (parentId), conflict (name), rule-broken (prefix)
 */
export function createCidr(ctx: Ctx, input: CreateCidr): Promise<CidrRow> {
  return write(ctx, { networkId: input.networkId, kind: 'cidr.created' }, async (tx) => {
    const tree = treeOf(await tx.cidrs())
    const parent = cidrOf(tree, input.parentId, 'parentId')
    const prefix = prefixIn(input.prefix)

    refuseTakenName(tree, input.name)
    const problem = placementProblem(tree, parent, prefix, await seatedIn(tx, parent.id))
    if (problem) throw new Refusal('rule-broken', explainPlacement(problem), 'prefix')

    const { name, isolated } = input
    const created = await tx.insert('cidrs', { parentId: parent.id, name, prefix: input.prefix, isolated })
    for (const child of adopts(tree, parent, prefix)) await tx.update('cidrs', child.id, { parentId: created.id })
    return created
  })
}
