import { type AssociationRow, type CreateAssociation, Refusal } from '@warren/protocol'
import { cidrOf, treeOf } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'

/**
 * Lets the members of two CIDRs reach each other. The pair has no order.
 * @throws Refusal not-found (a or b), rule-broken (b) for a CIDR with itself, conflict (b) for a pair that is there
 */
export function createAssociation(ctx: Ctx, input: CreateAssociation): Promise<AssociationRow> {
  return write(ctx, { networkId: input.networkId, kind: 'association.created' }, async (tx) => {
    const tree = treeOf(await tx.cidrs())
    const one = cidrOf(tree, input.a, 'a')
    const other = cidrOf(tree, input.b, 'b')
    if (one.id === other.id) {
      throw new Refusal('rule-broken', `An association joins two different CIDRs; ${one.name} is on both sides.`, 'b')
    }

    const [a, b] = one.id < other.id ? [one.id, other.id] : [other.id, one.id]
    if ((await tx.associations()).some((row) => row.a === a && row.b === b)) {
      throw new Refusal('conflict', `${one.name} and ${other.name} are associated already.`, 'b')
    }
    return tx.insert('associations', { a, b })
  })
}
