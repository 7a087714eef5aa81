import { buildTree } from '@warren/cidr'
import { change, type Writer } from '@warren/db'
import {
  type ChangeKind,
  type CidrRow,
  type Ground,
  type InvitationRow,
  Refusal,
  type Rows,
  type Standing,
  whyNotRows,
} from '@warren/protocol'
import { prefixIn } from './cidr/plan.ts'
import type { Ctx } from './ctx.ts'

type What = {
  networkId: number
  kind: ChangeKind
  undoes?: number
  confirmWithinS?: number | undefined
  large?: boolean
}

/**
 * Runs a verb's work as one change of a network, answered for by the context's actor, and returns what it made. What the
 * work did is held against what the actor may do, row by row, before it is committed: no verb can forget it.
 * @throws Refusal forbidden, naming what lies outside of the actor's rights; then nothing has changed
 */
export async function write<T>(ctx: Ctx, what: What, work: (tx: Writer) => Promise<T>): Promise<T> {
  const { db, actor, standing } = ctx
  if (!standing || (standing.subtree === null && standing.role !== 'viewer')) {
    const { value } = await change(db, { ...what, actor }, work)
    return value
  }
  let before: CidrRow[] = []
  const noting = async (tx: Writer): Promise<T> => {
    before = await tx.cidrs()
    return work(tx)
  }
  const guard = async (rows: { before: Rows; after: Rows }, tx: Writer): Promise<void> => {
    await refuseRows(standing, { networkId: what.networkId, rows: rows.before, cidrs: before, tx })
    await refuseRows(standing, { networkId: what.networkId, rows: rows.after, cidrs: await tx.cidrs(), tx })
  }
  const { value } = await change(db, { ...what, actor, guard }, noting)
  return value
}

type Held = { networkId: number; rows: Rows; cidrs: readonly CidrRow[]; tx: Writer }

async function refuseRows(standing: Standing, { networkId, rows, cidrs, tx }: Held): Promise<void> {
  const known = new Map(rows.peers.map((peer) => [peer.id, peer]))
  const peerOf = async ({ peerId }: InvitationRow) => known.get(peerId) ?? tx.peer(peerId)
  const why = await whyNotRows(standing, groundOf(networkId, cidrs), { rows, peerOf })
  if (why) throw new Refusal('forbidden', why)
}

const groundOf = (networkId: number, cidrs: readonly CidrRow[]): Ground => ({
  networkId,
  tree: buildTree(cidrs.map((row) => ({ ...row, prefix: prefixIn(row.prefix) }))),
})
