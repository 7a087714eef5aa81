import type { EditNetwork, NetworkRow } from '@warren/protocol'
import { prefixIn } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { given } from '../given.ts'
import { write } from '../write.ts'
import { refuseEndpointInside } from './outer-endpoint.ts'

/**
 * Changes the hub's public endpoint, how long invitations and keys live, and the keepalive. What is left out stays as it is.
 * @throws Refusal not-found, rule-broken (endpoint)
 */
export function editNetwork(ctx: Ctx, input: EditNetwork): Promise<NetworkRow> {
  return write(ctx, { networkId: input.networkId, kind: 'network.edited' }, async (tx) => {
    const { endpoint, invitationHours, keepaliveS, rotateDays } = input
    const root = (await tx.cidrs()).find((cidr) => cidr.parentId === null)
    if (endpoint !== undefined && root) refuseEndpointInside(prefixIn(root.prefix), endpoint)
    return tx.update('networks', input.networkId, given({ endpoint, invitationHours, keepaliveS, rotateDays }))
  })
}
