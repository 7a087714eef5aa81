import { explainResize, resizeProblem, type Tree } from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type CidrRow, type EditCidr, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { given } from '../given.ts'
import { write } from '../write.ts'
import { cidrOf, prefixIn, refuseTakenName, seatedIn, treeOf } from './plan.ts'

/**
 * Renames, resizes or isolates a CIDR. What is left out stays as it is.
 * @throws Refusal not-found (cidrId), conflict (name), rule-broken (prefix)
 */
export function editCidr(ctx: Ctx, input: EditCidr): Promise<CidrRow> {
  return write(
    ctx,
    { networkId: input.networkId, kind: 'cidr.edited', confirmWithinS: input.confirmWithinS },
    async (tx) => {
      const tree = treeOf(await tx.cidrs())
      const cidr = cidrOf(tree, input.cidrId, 'cidrId')

      if (input.name !== undefined) refuseTakenName(tree, input.name, { exceptId: cidr.id })
      if (input.prefix !== undefined) await refuseResize(tx, tree, { id: cidr.id, prefix: input.prefix })

      const { name, prefix, isolated } = input
      return tx.update('cidrs', cidr.id, given({ name, prefix, isolated }))
    },
  )
}

async function refuseResize(tx: Writer, tree: Tree, to: { id: number; prefix: string }): Promise<void> {
  const [cidr, parent] = tree.ancestors(to.id)
  const inside = await seatedIn(tx, to.id)
  const inParent = parent ? await seatedIn(tx, parent.id) : []
  const problem = cidr && resizeProblem(tree, cidr.id, prefixIn(to.prefix), inside, inParent)
  if (problem) throw new Refusal('rule-broken', explainResize(problem), 'prefix')
}
