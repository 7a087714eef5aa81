import type { Tree } from '@warren/cidr'
import { secretHashes, type Writer } from '@warren/db'
import { type PeerRow, Refusal, type RotatePeerKeys } from '@warren/protocol'
import { treeOf } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { peersOf } from './many.ts'

/**
 * Asks agents for new keys, as one change: those named, or all in a CIDR and below it. They obey when they hear of it;
 * those that are off, later. Peers that cannot (hubs, devices, clients of innernet, whoever has not joined) are passed
 * over, and those that were asked already are not asked twice.
 * @returns the peers that owe a new key now
 * @throws Refusal bad-input without peers or a CIDR, not-found (peerIds, cidrId), rule-broken when none of them can
 */
export function rotateKeys(ctx: Ctx, input: RotatePeerKeys): Promise<PeerRow[]> {
  const { networkId, peerIds, cidrId } = input
  return write(ctx, { networkId, kind: 'peers.rotation-asked' }, async (tx) => {
    const chosen = await chosenPeers(tx, { peerIds, cidrId })
    const agents = await ownAgents(ctx, networkId, chosen)
    if (agents.length === 0) throw none(peerIds === undefined ? 'cidrId' : 'peerIds')
    const rotateAskedAt = new Date().toISOString()
    const fresh = agents.filter((peer) => peer.rotateAskedAt === null)
    await tx.updateMany(
      'peers',
      fresh.map(({ id }) => ({ id, patch: { rotateAskedAt } })),
    )
    return agents.map((peer) => ({ ...peer, rotateAskedAt: peer.rotateAskedAt ?? rotateAskedAt }))
  })
}

const none = (field: string) =>
  new Refusal(
    'rule-broken',
    "None of these peers can change its key by itself: only members with Warren's own agent can.",
    field,
  )

async function chosenPeers(
  tx: Writer,
  { peerIds, cidrId }: { peerIds: number[] | undefined; cidrId: number | undefined },
): Promise<PeerRow[]> {
  if (peerIds !== undefined) return peersOf(tx, peerIds)
  if (cidrId === undefined) throw new Refusal('bad-input', 'Say which peers, or in which CIDR.', 'peerIds')
  const tree = treeOf(await tx.cidrs())
  return tx.peersIn(cidrsBelow(tree, cidrId))
}

function cidrsBelow(tree: Tree, cidrId: number): number[] {
  if (tree.get(cidrId) === null) throw new Refusal('not-found', 'There is no such CIDR in this network.', 'cidrId')
  return [cidrId, ...tree.descendants(cidrId).map(({ id }) => id)]
}

/** Members that run our agent: clients of innernet have no secret. */
async function ownAgents({ db }: Ctx, networkId: number, peers: readonly PeerRow[]): Promise<PeerRow[]> {
  const secrets = await secretHashes(db, networkId)
  return peers.filter(({ id, kind, redeemedAt }) => kind === 'agent' && redeemedAt !== null && secrets.has(id))
}
