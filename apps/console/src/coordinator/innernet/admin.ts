import { changesSince, loadNetwork, type Snapshot } from '@warren/db'
import { type AssociationRow, type CidrRow, type PeerRow, Refusal } from '@warren/protocol'
import { adminRouter } from '../../server/admin-router.ts'
import { createCallerFactory } from '../../server/trpc.ts'
import type { MeshContext } from '../mesh-router.ts'
import type { MeshNetwork } from '../network.ts'
import { overrideOf } from '../topology/entries.ts'
import type { Numbers } from './numbers.ts'
import { AssociationContents, CidrContents, cidrShape, PeerContents, peerShape } from './shapes.ts'

const callerOf = createCallerFactory(adminRouter)

/** What an admin's request works with. Everything is done by our own verbs, with their rights, rules and log. */
export type Admin = {
  readonly network: MeshNetwork
  readonly numbers: Numbers
  readonly context: MeshContext
}

/** The status and the body of an answer; null for none. */
export type Told = { readonly status: number; readonly body: unknown }

const DONE: Told = { status: 204, body: null }

/** The rows as they are now, which may be newer than the coordinator's memory: an admin looks at what they just did. */
async function rowsOf({ context, network }: Admin): Promise<Snapshot> {
  const rows = await loadNetwork(context.db, network.topology.network.id)
  if (!rows) throw new Refusal('not-found', 'There is no such network.')
  return rows
}

const idOf = ({ network }: Admin): number => network.topology.network.id

function shapeOf(admin: Admin, rows: Pick<Snapshot, 'invitations'>, row: PeerRow) {
  const { topology, presence } = admin.network
  const observed = topology.observedEndpoint(row.id)
  const manual = row.endpointOverride === null ? null : overrideOf(row.endpointOverride, observed)
  const endpoint = row.kind === 'hub' ? topology.network.endpoint : (manual ?? observed)
  const invitation = rows.invitations.filter(({ peerId }) => peerId === row.id).at(-1)
  const sight = { observed, candidates: presence.of(row.id).candidates }
  return peerShape({ row, invitation, sight, endpoint }, admin.numbers)
}

/** All peers, also those that are disabled or have not joined. */
export async function listPeers(admin: Admin): Promise<Told> {
  const rows = await rowsOf(admin)
  const live = rows.peers.filter((row) => row.deletedAt === null && row.cidrId !== null)
  return { status: 200, body: live.map((row) => shapeOf(admin, rows, row)) }
}

/** The invitation's private key is the client's, which made it. */
export async function addPeer(admin: Admin, body: unknown): Promise<Told> {
  const { name, ip, cidr_id, public_key, is_admin, invite_expires } = PeerContents.parse(body)
  const { peer, invitation } = await callerOf(admin.context).peer.create({
    networkId: idOf(admin),
    cidrId: admin.numbers.ourCidr(cidr_id),
    name,
    address: ip,
    kind: 'agent',
    publicKey: public_key,
    isAdmin: is_admin,
    ...(invite_expires ? { expiresAt: new Date(invite_expires.secs_since_epoch * 1000).toISOString() } : {}),
  })
  return { status: 201, body: shapeOf(admin, { invitations: invitation ? [invitation] : [] }, peer) }
}

/** innernet sends a peer whole and looks at few fields: name, endpoint, admin, disabled. Each that differs is a change. */
export async function editPeer(admin: Admin, number: number, body: unknown): Promise<Told> {
  const { name, endpoint, is_admin, is_disabled } = PeerContents.parse(body)
  const rows = await rowsOf(admin)
  const row = rows.peers.find(({ id, deletedAt }) => id === admin.numbers.ourPeer(number) && deletedAt === null)
  if (!row) throw new Refusal('not-found', 'That peer is not in this network.')
  const { peer } = callerOf(admin.context)
  const of = { networkId: idOf(admin), peerId: row.id }
  if (name !== row.name) await peer.rename({ ...of, name })
  if (is_disabled === row.enabled) await peer.setEnabled({ ...of, enabled: !is_disabled })
  const shown = shapeOf(admin, rows, row).endpoint
  const override = endpoint === shown ? undefined : endpoint
  if (is_admin !== row.isAdmin || override !== undefined) {
    const patch = { ...(is_admin === row.isAdmin ? {} : { isAdmin: is_admin }) }
    await peer.edit({ ...of, ...patch, ...(override === undefined ? {} : { endpointOverride: override }) })
  }
  return DONE
}

/** innernet deletes no peers, it disables them. */
export async function disablePeer(admin: Admin, number: number): Promise<Told> {
  const of = { networkId: idOf(admin), peerId: admin.numbers.ourPeer(number) }
  await callerOf(admin.context).peer.setEnabled({ ...of, enabled: false })
  return DONE
}

export async function listCidrs(admin: Admin): Promise<Told> {
  const { cidrs } = await rowsOf(admin)
  return { status: 200, body: cidrs.map((row: CidrRow) => cidrShape(row, admin.numbers)) }
}

export async function addCidr(admin: Admin, body: unknown): Promise<Told> {
  const { name, cidr, parent } = CidrContents.parse(body)
  const parentId = admin.numbers.ourCidr(parent)
  const row = await callerOf(admin.context).cidr.create({ networkId: idOf(admin), parentId, name, prefix: cidr })
  return { status: 201, body: cidrShape(row, admin.numbers) }
}

/** Only the name changes, as with innernet's own server. */
export async function renameCidr(admin: Admin, number: number, body: unknown): Promise<Told> {
  const { name } = CidrContents.parse(body)
  await callerOf(admin.context).cidr.edit({ networkId: idOf(admin), cidrId: admin.numbers.ourCidr(number), name })
  return DONE
}

export async function deleteCidr(admin: Admin, number: number): Promise<Told> {
  await callerOf(admin.context).cidr.delete({ networkId: idOf(admin), cidrId: admin.numbers.ourCidr(number) })
  return DONE
}

/**
 * Associations are numbered from the one that every network is made with, which joins root and infra. innernet has that
 * one built in, so its clients are not told of it and cannot take it away.
 */
async function firstAssociation({ context, network }: Admin): Promise<number> {
  const [made] = await changesSince(context.db, network.topology.network.id, 0, 1)
  return made?.after.associations[0]?.id ?? 0
}

export async function listAssociations(admin: Admin): Promise<Told> {
  const first = await firstAssociation(admin)
  const { associations } = await rowsOf(admin)
  const shape = ({ id, a, b }: AssociationRow) => {
    return { id: id - first, cidr_id_1: admin.numbers.cidr(a), cidr_id_2: admin.numbers.cidr(b) }
  }
  return { status: 200, body: associations.filter(({ id }) => id !== first).map(shape) }
}

export async function addAssociation(admin: Admin, body: unknown): Promise<Told> {
  const { cidr_id_1, cidr_id_2 } = AssociationContents.parse(body)
  const [a, b] = [admin.numbers.ourCidr(cidr_id_1), admin.numbers.ourCidr(cidr_id_2)]
  await callerOf(admin.context).association.create({ networkId: idOf(admin), a, b })
  return { status: 201, body: null }
}

export async function deleteAssociation(admin: Admin, number: number): Promise<Told> {
  if (number === 0) throw new Refusal('not-found', 'Nothing here has the number 0.')
  const associationId = (await firstAssociation(admin)) + number
  await callerOf(admin.context).association.delete({ networkId: idOf(admin), associationId })
  return DONE
}
