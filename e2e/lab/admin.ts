import { change, loadNetwork, type Snapshot } from '@warren/db'
import type { CidrRow, NetworkRow, PeerRow } from '@warren/protocol'
import { handoutOf } from '../../apps/console/src/features/invitations/handout.ts'
import { makeKeyPair } from '../../apps/console/src/features/invitations/key-pair.ts'
import { createAssociation } from '../../apps/console/src/server/association/create-association.ts'
import { deleteAssociation } from '../../apps/console/src/server/association/delete-association.ts'
import { createCidr } from '../../apps/console/src/server/cidr/create-cidr.ts'
import { editCidr } from '../../apps/console/src/server/cidr/edit-cidr.ts'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { createInvitation } from '../../apps/console/src/server/invitation/create-invitation.ts'
import { revokeInvitation } from '../../apps/console/src/server/invitation/revoke-invitation.ts'
import { createPeer } from '../../apps/console/src/server/peer/create-peer.ts'
import { deletePeer } from '../../apps/console/src/server/peer/delete-peer.ts'
import { movePeer } from '../../apps/console/src/server/peer/move-peer.ts'
import { renamePeer } from '../../apps/console/src/server/peer/rename-peer.ts'
import { setPeerEnabled } from '../../apps/console/src/server/peer/set-peer-enabled.ts'

/** What a person is handed, made by the code that the browser runs. `id` is the invitation's. */
export type Invite = { peer: PeerRow; id: number; file: string; token: string }

/** An admin of one network, who acts through the server's verbs and speaks of names instead of ids. */
export class Admin {
  readonly network: NetworkRow
  private readonly ctx: Ctx

  constructor({ ctx, network }: { ctx: Ctx; network: NetworkRow }) {
    this.ctx = ctx
    this.network = network
  }

  private get networkId(): number {
    return this.network.id
  }

  async snapshot(): Promise<Snapshot> {
    const state = await loadNetwork(this.ctx.db, this.networkId)
    if (!state) throw new Error(`the network ${this.network.name} is gone`)
    return state
  }

  async cidr(name: string): Promise<CidrRow> {
    return named((await this.snapshot()).cidrs, name)
  }

  async peer(name: string): Promise<PeerRow> {
    return named(alive((await this.snapshot()).peers), name)
  }

  async addCidr(name: string, prefix: string, more: { parent?: string; isolated?: boolean } = {}): Promise<CidrRow> {
    const { parent = this.network.name, isolated = false } = more
    const parentId = (await this.cidr(parent)).id
    return createCidr(this.ctx, { networkId: this.networkId, parentId, name, prefix, isolated })
  }

  async isolate(name: string, isolated: boolean): Promise<void> {
    await editCidr(this.ctx, { networkId: this.networkId, cidrId: (await this.cidr(name)).id, isolated })
  }

  async associate(a: string, b: string): Promise<void> {
    await createAssociation(this.ctx, { networkId: this.networkId, ...(await this.pair(a, b)) })
  }

  async dissociate(a: string, b: string): Promise<void> {
    const ids = await this.pair(a, b)
    const found = (await this.snapshot()).associations.find((one) => one.a === ids.a && one.b === ids.b)
    if (!found) throw new Error(`${a} and ${b} are not associated`)
    await deleteAssociation(this.ctx, { networkId: this.networkId, associationId: found.id })
  }

  /** Adds a peer and hands out its invitation. */
  async invite(name: string, cidr: string): Promise<Invite> {
    const keys = makeKeyPair()
    const place = { networkId: this.networkId, cidrId: (await this.cidr(cidr)).id, name }
    const about = { kind: 'agent', publicKey: keys.publicKey, isAdmin: false } as const
    return handedOut(await createPeer(this.ctx, { ...place, ...about }), keys)
  }

  /** A new invitation for a peer that exists. */
  async reinvite(name: string): Promise<Invite> {
    const keys = makeKeyPair()
    const asked = { networkId: this.networkId, peerId: (await this.peer(name)).id, temporaryKey: keys.publicKey }
    return handedOut(await createInvitation(this.ctx, asked), keys)
  }

  async revoke({ id }: Invite): Promise<void> {
    await revokeInvitation(this.ctx, { networkId: this.networkId, invitationId: id })
  }

  /** Lets an invitation's time run out a minute ago. There is no verb for that: its times go back, as one change. */
  async expire({ id }: Invite): Promise<void> {
    const about = { networkId: this.networkId, actor: this.ctx.actor, kind: 'invitation.created' } as const
    await change(this.ctx.db, about, async (tx) => {
      const row = await tx.invitation(id)
      if (!row) throw new Error(`there is no invitation ${id}`)
      const back = Date.parse(row.expiresAt) - Date.now() + 60_000
      const before = (time: string) => new Date(Date.parse(time) - back).toISOString()
      await tx.update('invitations', id, { createdAt: before(row.createdAt), expiresAt: before(row.expiresAt) })
    })
  }

  /** Writes what a hostile console could: another key for a peer, which nobody signed. There is no verb for that. */
  async forge(name: string, publicKey: string | null): Promise<void> {
    const { id } = await this.peer(name)
    const about = { networkId: this.networkId, actor: this.ctx.actor, kind: 'peer.key-rotated' } as const
    await change(this.ctx.db, about, (tx) => tx.update('peers', id, { publicKey, rotations: [] }))
  }

  async move(name: string, cidr: string): Promise<PeerRow> {
    const ids = { peerId: (await this.peer(name)).id, cidrId: (await this.cidr(cidr)).id }
    return movePeer(this.ctx, { networkId: this.networkId, ...ids })
  }

  async rename(name: string, to: string): Promise<void> {
    await renamePeer(this.ctx, { networkId: this.networkId, peerId: (await this.peer(name)).id, name: to })
  }

  async setEnabled(name: string, enabled: boolean): Promise<void> {
    await setPeerEnabled(this.ctx, { networkId: this.networkId, peerId: (await this.peer(name)).id, enabled })
  }

  async delete(name: string): Promise<void> {
    await deletePeer(this.ctx, { networkId: this.networkId, peerId: (await this.peer(name)).id })
  }

  private async pair(a: string, b: string): Promise<{ a: number; b: number }> {
    const ids = [(await this.cidr(a)).id, (await this.cidr(b)).id].sort((x, y) => x - y)
    return { a: ids[0] ?? 0, b: ids[1] ?? 0 }
  }
}

type Invited = Awaited<ReturnType<typeof createPeer>>

function handedOut({ peer, invitation, join }: Invited, keys: ReturnType<typeof makeKeyPair>): Invite {
  const handout = handoutOf('agent', join, keys.privateKey)
  if (handout.kind !== 'agent' || !invitation) throw new Error(`${peer.name} got no invitation`)
  return { peer, id: invitation.id, file: handout.file, token: handout.token }
}

const alive = (peers: readonly PeerRow[]) => peers.filter((one) => one.deletedAt === null)

function named<T extends { name: string }>(rows: readonly T[], name: string): T {
  const found = rows.find((row) => row.name === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}
