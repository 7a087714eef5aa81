import { formatPrefix, parsePrefix, split } from '@warren/cidr'
import { Refusal } from '@warren/protocol'
import fc from 'fast-check'
import { undoChange } from '~/server/activity/undo-change.ts'
import { createAssociation } from '~/server/association/create-association.ts'
import { deleteAssociation } from '~/server/association/delete-association.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { deleteCidr } from '~/server/cidr/delete-cidr.ts'
import { editCidr } from '~/server/cidr/edit-cidr.ts'
import { splitCidr } from '~/server/cidr/split-cidr.ts'
import type { Ctx } from '~/server/ctx.ts'
import { createInvitation } from '~/server/invitation/create-invitation.ts'
import { createMany } from '~/server/invitation/create-many.ts'
import { revokeInvitation } from '~/server/invitation/revoke-invitation.ts'
import { editNetwork } from '~/server/network/edit-network.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deleteMany } from '~/server/peer/delete-many.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { editPeer } from '~/server/peer/edit-peer.ts'
import { moveMany } from '~/server/peer/move-many.ts'
import { movePeer } from '~/server/peer/move-peer.ts'
import { redeemPeer } from '~/server/peer/redeem-peer.ts'
import { releaseAddress } from '~/server/peer/release-address.ts'
import { renamePeer } from '~/server/peer/rename-peer.ts'
import { rotateKey } from '~/server/peer/rotate-key.ts'
import { rotateKeys } from '~/server/peer/rotate-keys.ts'
import { setManyEnabled } from '~/server/peer/set-enabled-many.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { keyChange, newHash, newKey, type Plan, stateOf } from './world.ts'

/** What somebody does to a network. The numbers choose among what is there at that moment. */
export type Deed = { readonly verb: Verb; readonly one: number; readonly other: number; readonly flag: boolean }

type State = Awaited<ReturnType<typeof stateOf>>
type Scene = { ctx: Ctx; plan: Plan; state: State; deed: Deed }

const pick = <T>(list: readonly T[], n: number): T => {
  const found = list[n % Math.max(1, list.length)]
  if (found === undefined) throw new Refusal('not-found', 'There is none to choose.')
  return found
}

const live = ({ state }: Scene) => state.peers.filter((row) => row.deletedAt === null)
const peer = (scene: Scene) => pick(live(scene), scene.deed.one)
const cidr = (scene: Scene, n = scene.deed.other) => pick(scene.state.cidrs, n)
const some = (scene: Scene) => live(scene).filter((row, at) => row.kind !== 'hub' && (at + scene.deed.other) % 3 > 0)
const named = (scene: Scene, what: string) => `${what}-${scene.deed.one % 7}`

/** A part of a CIDR, narrower by one to four bits. */
function partOf(scene: Scene, prefix: string): string {
  const whole = parsePrefix(prefix)
  if (!whole.ok) throw new Error(prefix)
  const parts = split(whole.value, Math.min(32, whole.value.width + 1 + (scene.deed.other % 4)))
  if (!parts.ok) throw new Error(prefix)
  return formatPrefix(pick(parts.value, scene.deed.one))
}

const verbs = {
  createCidr(scene: Scene) {
    const { id, prefix } = cidr(scene)
    const { flag } = scene.deed
    const input = { parentId: id, name: named(scene, 'c'), prefix: partOf(scene, prefix), isolated: flag }
    return createCidr(scene.ctx, { networkId: scene.plan.id, ...input })
  },
  editCidr(scene: Scene) {
    const { id, prefix } = cidr(scene)
    const patch = scene.deed.flag ? { prefix: partOf(scene, prefix) } : { name: named(scene, 'c'), isolated: true }
    return editCidr(scene.ctx, { networkId: scene.plan.id, cidrId: id, ...patch })
  },
  deleteCidr: (scene: Scene) => deleteCidr(scene.ctx, { networkId: scene.plan.id, cidrId: cidr(scene).id }),
  splitCidr(scene: Scene) {
    const names = Array.from({ length: scene.deed.flag ? 2 : 4 }, (_, at) => `${named(scene, 's')}-${at}`)
    return splitCidr(scene.ctx, { networkId: scene.plan.id, cidrId: cidr(scene).id, names })
  },
  createAssociation: (scene: Scene) =>
    createAssociation(scene.ctx, { networkId: scene.plan.id, a: cidr(scene, scene.deed.one).id, b: cidr(scene).id }),
  deleteAssociation: (scene: Scene) =>
    deleteAssociation(scene.ctx, {
      networkId: scene.plan.id,
      associationId: pick(scene.state.associations, scene.deed.one).id,
    }),
  createPeer: (scene: Scene) =>
    createPeer(scene.ctx, {
      networkId: scene.plan.id,
      cidrId: cidr(scene).id,
      name: named(scene, 'p'),
      kind: scene.deed.flag ? 'agent' : 'device',
      publicKey: newKey(),
      isAdmin: false,
    }),
  redeem(scene: Scene) {
    const waiting = scene.state.invitations.filter((row) => row.redeemedAt === null)
    const { id } = pick(waiting, scene.deed.one)
    return redeemPeer(scene.ctx, {
      invitationId: id,
      publicKey: newKey(),
      secretHash: newHash(),
      listenPort: null,
      now: new Date(),
    })
  },
  async rotate(scene: Scene) {
    const who = peer(scene)
    return rotateKey(scene.ctx, { peerId: who.id, ...(await keyChange(scene.plan.network.name, who)) })
  },
  askForKeys(scene: Scene) {
    const where = scene.deed.flag ? { cidrId: cidr(scene).id } : { peerIds: many(scene).peerIds }
    return rotateKeys(scene.ctx, { networkId: scene.plan.id, ...where })
  },
  renamePeer: (scene: Scene) =>
    renamePeer(scene.ctx, { networkId: scene.plan.id, peerId: peer(scene).id, name: named(scene, 'p') }),
  movePeer: (scene: Scene) =>
    movePeer(scene.ctx, { networkId: scene.plan.id, peerId: peer(scene).id, cidrId: cidr(scene).id }),
  setEnabled: (scene: Scene) =>
    setPeerEnabled(scene.ctx, { networkId: scene.plan.id, peerId: peer(scene).id, enabled: scene.deed.flag }),
  editPeer: (scene: Scene) =>
    editPeer(scene.ctx, {
      networkId: scene.plan.id,
      peerId: peer(scene).id,
      ...(scene.deed.flag ? { isAdmin: true } : { endpointOverride: `192.0.2.${scene.deed.other % 250}:9` }),
    }),
  deletePeer: (scene: Scene) => deletePeer(scene.ctx, { networkId: scene.plan.id, peerId: peer(scene).id }),
  release(scene: Scene) {
    const { id } = pick(
      scene.state.peers.filter((row) => row.deletedAt !== null),
      scene.deed.one,
    )
    return releaseAddress(scene.ctx, { networkId: scene.plan.id, peerId: id })
  },
  setManyEnabled: (scene: Scene) => setManyEnabled(scene.ctx, { ...many(scene), enabled: scene.deed.flag }),
  moveMany: (scene: Scene) => moveMany(scene.ctx, { ...many(scene), cidrId: cidr(scene, scene.deed.one).id }),
  deleteMany: (scene: Scene) => deleteMany(scene.ctx, many(scene)),
  inviteMany: (scene: Scene) =>
    createMany(scene.ctx, {
      networkId: scene.plan.id,
      invitations: some(scene).map(({ id }) => ({ peerId: id, temporaryKey: newKey() })),
    }),
  invite: (scene: Scene) =>
    createInvitation(scene.ctx, { networkId: scene.plan.id, peerId: peer(scene).id, temporaryKey: newKey() }),
  revoke: (scene: Scene) =>
    revokeInvitation(scene.ctx, {
      networkId: scene.plan.id,
      invitationId: pick(scene.state.invitations, scene.deed.one).id,
    }),
  editNetwork: (scene: Scene) =>
    editNetwork(scene.ctx, { networkId: scene.plan.id, invitationHours: 1 + (scene.deed.one % 5), keepaliveS: 20 }),
  undo: (scene: Scene) =>
    undoChange(scene.ctx, {
      networkId: scene.plan.id,
      revision: Math.max(1, scene.state.revision - (scene.deed.one % 6)),
    }),
}
type Verb = keyof typeof verbs

function many(scene: Scene) {
  const peerIds = some(scene).map(({ id }) => id)
  if (peerIds.length === 0) throw new Refusal('not-found', 'There is none to choose.')
  return { networkId: scene.plan.id, peerIds }
}

/** Making comes more often than anything else: what is not there cannot be changed. */
const weighted: readonly Verb[] = [
  ...(Object.keys(verbs) as Verb[]),
  ...(['createPeer', 'createPeer', 'createPeer', 'createCidr', 'createCidr', 'redeem', 'redeem'] as const),
]

export const deed: fc.Arbitrary<Deed> = fc.record({
  verb: fc.constantFrom(...weighted),
  one: fc.nat(1000),
  other: fc.nat(1000),
  flag: fc.boolean(),
})

/** Does it, as far as the rules allow; what they do not allow is left. */
export async function runDeed(ctx: Ctx, plan: Plan, one: Deed): Promise<void> {
  const state = await stateOf(ctx, plan.id)
  try {
    await verbs[one.verb]({ ctx, plan, state, deed: one })
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind === 'unavailable') throw error
  }
}
