import {
  HelloAnswer,
  LinksAnswer,
  LinksInput,
  OverrideEndpointAnswer,
  OverrideEndpointInput,
  RedeemAnswer,
  RedeemInput,
  Refusal,
  ReportAnswer,
  ReportInput,
  RotateKeyAnswer,
  RotateKeyInput,
} from '@warren/protocol'
import { adminRouters } from '../server/admin-router.ts'
import type { Asker } from '../server/ctx.ts'
import { redeemPeer } from '../server/peer/redeem-peer.ts'
import { rotateKey } from '../server/peer/rotate-key.ts'
import { setOwnEndpoint } from '../server/peer/set-own-endpoint.ts'
import { asPublic, type Context, router } from '../server/trpc.ts'
import type { Caller } from './identity.ts'
import { secretHashOf } from './secrets.ts'

/** How long a redemption waits for the hub to know the new key, so that the peer's first packet gets through. */
const HUB_WAIT_MS = 2_000

/** Chosen: within this an answer is on its way, and the hub may take the key away by which it travels. */
const ANSWER_MS = 250

/** A request over the mesh carries who sent it. */
export type MeshContext = Context & { readonly caller: Caller }

/** Who an admin peer is to the admin verbs as things stand now; other members may not use them. */
export function askerOf(caller: Caller): Asker {
  const peer = caller.kind === 'member' ? currentPeer(caller) : undefined
  if (!peer?.isAdmin) throw new Refusal('forbidden', 'This peer is not an admin of the network.')
  const { id, name } = peer
  const onlyNetwork = caller.network.topology.network.id
  return { actor: { kind: 'peer', id, name }, role: 'admin', subtree: null, onlyNetwork, via: 'mesh', sessionId: null }
}

/** The caller's row of now: it may have been changed since its request began. Undefined when it takes no part any more. */
function currentPeer({ network: { topology }, peer: { id } }: Extract<Caller, { kind: 'member' }>) {
  return topology.placed(id) && topology.rows.peers.get(id)
}

const overMesh = asPublic.use(({ ctx, next }) => {
  if (!('caller' in ctx)) throw new Error('a mesh procedure was called without a caller')
  return next({ ctx: ctx as MeshContext })
})

const asJoining = overMesh.use(({ ctx: { caller }, next }) => {
  if (caller.kind !== 'joining') throw new Error('redeem is asked for by address alone')
  return next({ ctx: { joining: caller } })
})

const asMember = overMesh.use(({ ctx: { caller }, next }) => {
  if (caller.kind !== 'member') throw new Refusal('not-signed-in', 'This needs the secret of a member.')
  return next({ ctx: { member: caller } })
})

const mesh = router({
  redeem: asJoining
    .input(RedeemInput)
    .output(RedeemAnswer)
    .mutation(async ({ ctx, input }) => {
      const { network, by } = ctx.joining
      const { secret, publicKey, listenPort } = input
      const redemption = { ...by, publicKey, secretHash: secretHashOf(secret), listenPort, now: new Date() }
      const { peer, revision, network: name } = await redeemPeer({ db: ctx.db }, redemption)
      await network.hub.waitFor(revision ?? network.topology.revision, HUB_WAIT_MS)
      network.presence.update(peer.id, { version: input.version })
      return { peerId: peer.id, name: peer.name, network: name }
    }),
  hello: asMember.output(HelloAnswer).mutation(() => ({})),
  report: asMember
    .input(ReportInput)
    .output(ReportAnswer)
    .mutation(({ ctx: { member }, input }) => {
      member.network.demandAllowance(member.peer.id, 'report')
      member.network.reported(member.peer.id, input)
      return {}
    }),
  links: asMember
    .input(LinksInput)
    .output(LinksAnswer)
    .mutation(({ ctx: { member }, input }) => {
      member.network.demandAllowance(member.peer.id, 'links')
      return member.network.linksTold(member.peer.id, input)
    }),
  overrideEndpoint: asMember
    .input(OverrideEndpointInput)
    .output(OverrideEndpointAnswer)
    .mutation(async ({ ctx: { db, member }, input }) => {
      member.network.demandAllowance(member.peer.id, 'overrides')
      const { changed } = await setOwnEndpoint({ db }, { peerId: member.peer.id, endpoint: input.endpoint })
      return { changed }
    }),
  // Not waiting for the hub: through the door the answer travels by the former key, through the mesh's own address it
  // could not any more once the hub holds the new one.
  rotateKey: asMember
    .input(RotateKeyInput)
    .output(RotateKeyAnswer)
    .mutation(async ({ ctx, input }) => {
      const { network, peer } = ctx.member
      if (network.addresses.peerAt(ctx.source) === peer.id) network.hub.holdBack(peer.id, ANSWER_MS)
      await rotateKey({ db: ctx.db }, { peerId: peer.id, ...input })
      return {}
    }),
})

/** Everything that is served over the mesh, except `mesh.poll`, which has a handler of its own. */
export const meshRouter = router({ ...adminRouters, mesh })
