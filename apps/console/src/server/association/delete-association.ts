import { type DeleteAssociation, Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'

/**
 * Takes an association away.
 * @throws Refusal not-found (associationId)
 */
export function deleteAssociation(ctx: Ctx, input: DeleteAssociation): Promise<void> {
  const { networkId, confirmWithinS } = input
  return write(ctx, { networkId, kind: 'association.deleted', confirmWithinS }, async (tx) => {
    const association = (await tx.associations()).find((row) => row.id === input.associationId)
    if (!association) {
      throw new Refusal('not-found', 'There is no such association in this network.', 'associationId')
    }
    await tx.remove('associations', association.id)
  })
}
