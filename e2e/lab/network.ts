import { loadNetwork, type Snapshot } from '@warren/db'
import type { CidrRow, PeerRow } from '@warren/protocol'
import { handoutOf } from '../../apps/console/src/features/invitations/handout.ts'
import { makeKeyPair } from '../../apps/console/src/features/invitations/key-pair.ts'
import { createAssociation } from '../../apps/console/src/server/association/create-association.ts'
import { deleteAssociation } from '../../apps/console/src/server/association/delete-association.ts'
import { createCidr } from '../../apps/console/src/server/cidr/create-cidr.ts'
import { createInvitation } from '../../apps/console/src/server/invitation/create-invitation.ts'
import { createPeer } from '../../apps/console/src/server/peer/create-peer.ts'
import type { Stack } from './stack.ts'

/** What a person is handed, made by the code that the browser runs. `id` is the invitation's. */
export type Invite = { peer: PeerRow; id: number; file: string; token: string }

/** What an admin does in the browser, by names instead of ids. */
export type Admin = {
  snapshot(): Promise<Snapshot>
  cidr(name: string): Promise<CidrRow>
  peer(name: string): Promise<PeerRow>
  addCidr(name: string, prefix: string, more?: { parent?: string; isolated?: boolean }): Promise<CidrRow>
  associate(a: string, b: string): Promise<void>
  dissociate(a: string, b: string): Promise<void>
  invite(name: string, cidr: string): Promise<Invite>
  reinvite(name: string): Promise<Invite>
}

/** An admin of the stack's network, who acts through the server's verbs. */
export function adminOf({ ctx, db, network }: Pick<Stack, 'ctx' | 'db' | 'network'>): Admin {
  const networkId = network.id
  const snapshot = async (): Promise<Snapshot> => {
    const state = await loadNetwork(db, networkId)
    if (!state) throw new Error(`the network ${network.name} is gone`)
    return state
  }
  const cidr = async (name: string) => named((await snapshot()).cidrs, name)
  const peer = async (name: string) => named(alive((await snapshot()).peers), name)
  const pair = async (a: string, b: string) => {
    const ids = [(await cidr(a)).id, (await cidr(b)).id].sort((x, y) => x - y)
    return { a: ids[0] ?? 0, b: ids[1] ?? 0 }
  }
  return {
    snapshot,
    cidr,
    peer,
    async addCidr(name, prefix, { parent = network.name, isolated = false } = {}) {
      return createCidr(ctx, { networkId, parentId: (await cidr(parent)).id, name, prefix, isolated })
    },
    async associate(a, b) {
      await createAssociation(ctx, { networkId, ...(await pair(a, b)) })
    },
    async dissociate(a, b) {
      const ids = await pair(a, b)
      const found = (await snapshot()).associations.find((one) => one.a === ids.a && one.b === ids.b)
      if (!found) throw new Error(`${a} and ${b} are not associated`)
      await deleteAssociation(ctx, { networkId, associationId: found.id })
    },
    async invite(name, inCidr) {
      const keys = makeKeyPair()
      const kind = 'agent'
      const asked = {
        networkId,
        cidrId: (await cidr(inCidr)).id,
        name,
        kind,
        publicKey: keys.publicKey,
        isAdmin: false,
      } as const
      return handedOut(await createPeer(ctx, asked), keys)
    },
    async reinvite(name) {
      const keys = makeKeyPair()
      const asked = { networkId, peerId: (await peer(name)).id, temporaryKey: keys.publicKey }
      return handedOut(await createInvitation(ctx, asked), keys)
    },
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
