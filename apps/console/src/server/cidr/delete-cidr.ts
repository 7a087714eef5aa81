import { explainRemoval, removalProblem } from '@warren/cidr'
import { type DeleteCidr, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { cidrOf, seatedIn, treeOf } from './plan.ts'

/**
 * Deletes an empty CIDR, and with it its associations: they join an empty CIDR to something, which nobody can notice.
 * @throws Refusal not-found (cidrId), rule-broken (cidrId) naming what is inside
 */
export function deleteCidr(ctx: Ctx, input: DeleteCidr): Promise<void> {
  const { networkId, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'cidr.deleted', confirmWithinS }, async (tx) => {
    const tree = treeOf(await tx.cidrs())
    const cidr = cidrOf(tree, input.cidrId, 'cidrId')

    const names = (await seatedIn(tx, cidr.id)).map((peer) => peer.name)
    const problem = removalProblem(tree, cidr.id, names)
    if (problem) throw new Refusal('rule-broken', explainRemoval(problem), 'cidrId')

    const associations = (await tx.associations()).filter(({ a, b }) => a === cidr.id || b === cidr.id)
    for (const association of associations) await tx.remove('associations', association.id)
    await tx.remove('cidrs', cidr.id)
  })
}
