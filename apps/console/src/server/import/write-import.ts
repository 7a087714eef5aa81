import { createNetwork, type Db, type PeerStatus, saveStatus, unobserved, type Writer } from '@warren/db'
import { type Actor, type NetworkRow, USUAL_KEEPALIVE_S } from '@warren/protocol'
import { prefixIn } from '../cidr/plan.ts'
import { INVITATION_HOURS } from '../network/create-network.ts'
import { oneAtATime } from '../network/one-at-a-time.ts'
import { refuseOverlap } from '../network/roots.ts'
import type { ImportPlan, PlannedPeer } from './plan-import.ts'

const actor: Actor = { kind: 'system', id: null, name: 'import' }

/**
 * Makes a network as planned, in one change: all of it or nothing.
 * @throws Refusal conflict when the console has a network with this name, port, interface or part of its addresses
 */
export async function writeImport(db: Db, plan: ImportPlan): Promise<NetworkRow> {
  const { name, endpoint, listenPort } = plan
  const row = { name, endpoint, listenPort, interface: name, apiPort: listenPort }
  const network = { ...row, invitationHours: INVITATION_HOURS, keepaliveS: USUAL_KEEPALIVE_S }
  return oneAtATime(db, async () => {
    await refuseOverlap({ db }, [{ prefix: prefixIn(plan.root), field: 'prefix' }])
    const made = await createNetwork(db, { actor, network }, (tx) => furnish(tx, plan, new Date()))
    await saveStatus(db, made.network.id, made.value)
    return made.network
  })
}

/** In the order of innernet's ids, so that its clients are shown the same ones again. */
async function furnish(tx: Writer, plan: ImportPlan, now: Date): Promise<PeerStatus[]> {
  const cidrs = new Map<number, number>()
  const ours = (id: number): number => cidrs.get(id) ?? 0
  // Parents first, and among those that could come next the lowest id.
  for (const { id, parent, name, prefix } of inOrder(plan.cidrs)) {
    const parentId = parent === null ? null : ours(parent)
    cidrs.set(id, (await tx.insert('cidrs', { parentId, name, prefix, isolated: false })).id)
  }
  const associate = (a: number, b: number) =>
    tx.insert('associations', { a: Math.min(ours(a), ours(b)), b: Math.max(ours(a), ours(b)) })
  const root = plan.cidrs.find(({ parent }) => parent === null)
  // innernet has this one built in; with us it is a row, and the first.
  if (root) await associate(root.id, plan.hub.cidr)
  for (const { a, b } of plan.associations) await associate(a, b)

  const seen: PeerStatus[] = []
  for (const peer of [plan.hub, ...plan.peers]) {
    const id = await insertPeer(tx, peer, { cidrId: ours(peer.cidr), kind: peer === plan.hub ? 'hub' : 'agent', now })
    if (peer.candidates.length > 0)
      seen.push({ ...unobserved(id), version: 'innernet', candidates: [...peer.candidates] })
  }
  return seen
}

function inOrder(cidrs: ImportPlan['cidrs']): ImportPlan['cidrs'] {
  const waiting = [...cidrs].sort((a, b) => a.id - b.id)
  const order: (typeof waiting)[number][] = []
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ parent }) => parent === null || order.some(({ id }) => id === parent))
    const [next] = waiting.splice(Math.max(0, at), 1)
    if (next) order.push(next)
  }
  return order
}

type Seat = { cidrId: number; kind: 'hub' | 'agent'; now: Date }

async function insertPeer(tx: Writer, peer: PlannedPeer, { cidrId, kind, now }: Seat): Promise<number> {
  const { name, address, enabled, redeemed } = peer
  const hub = kind === 'hub'
  const row = await tx.insert('peers', {
    cidrId,
    name,
    address,
    kind,
    publicKey: redeemed ? peer.key : null,
    enabled,
    isAdmin: hub ? false : peer.isAdmin,
    listenPort: hub ? tx.network.listenPort : null,
    endpointOverride: hub ? null : peer.endpointOverride,
    redeemedAt: redeemed ? now.toISOString() : null,
    deletedAt: null,
  })
  if (!redeemed) await insertOpenInvitation(tx, { peerId: row.id, peer, now })
  return row.id
}

const DAY_MS = 24 * 3_600_000

/** The temporary key of an invitation that innernet wrote; one without an end lives as long as a new one of ours. */
async function insertOpenInvitation(
  tx: Writer,
  { peerId, peer, now }: { peerId: number; peer: PlannedPeer; now: Date },
): Promise<void> {
  const expiresAt = peer.expiresAt ?? new Date(now.getTime() + INVITATION_HOURS * 3_600_000).toISOString()
  // It was made before it ended, when is not known.
  const createdAt = new Date(Math.min(now.getTime(), Date.parse(expiresAt) - DAY_MS)).toISOString()
  const row = { peerId, temporaryKey: peer.key, createdAt, expiresAt, redeemedAt: null, revokedAt: null }
  await tx.insert('invitations', row)
}
