import { randomBytes } from 'node:crypto'
import { formatPrefix, suggestPart, uniqueLocalPrefix } from '@warren/cidr'
import { type Role, type Subtree, TRIAL_S } from '@warren/protocol'
import { createAssociation } from '~/server/association/create-association.ts'
import { hashPassword } from '~/server/auth/password.ts'
import { addIpv6 } from '~/server/cidr/add-ipv6.ts'
import { createCidr } from '~/server/cidr/create-cidr.ts'
import { editCidr } from '~/server/cidr/edit-cidr.ts'
import { plansOf } from '~/server/cidr/plan.ts'
import type { Asker, Ctx } from '~/server/ctx.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { deletePeer } from '~/server/peer/delete-peer.ts'
import { redeemPeer } from '~/server/peer/redeem-peer.ts'
import { setPeerEnabled } from '~/server/peer/set-peer-enabled.ts'
import { newHash, newKey, type Plan, stateOf } from './world.ts'

/**
 * A place in a network: `parent` is a CIDR to put things into, `other` a second one, and `free` a prefix in `parent` that
 * nobody has. The whole network is one such place, the subtree of a bound admin another.
 */
export type Spot = { plan: Plan; parent: number; other: number; free: () => string }

/** A person of a test, and what a request of theirs looks like. */
export type Someone = { id: number; asker: Asker; subtree: Subtree | null; sessionId: number }

export type Input = Record<string, unknown>
type Inputs = Promise<Input[]> | Input[]

/** One procedure: who may ask it, with what, and what must be refused. */
export type Entry = {
  least: Role | 'nobody'
  /**
   * What an admin of one subtree may: `same` as whoever has the role of an admin, `inside` the subtree only, or `never`.
   */
  subtree: 'same' | 'inside' | 'never'
  /** Not for programs with a token. */
  inPerson?: true
  /** An input that works, about things in a place. */
  input?: (spot: Spot, me: Someone) => Promise<Input> | Input
  /** Inputs that name something of a foreign network, or of another person; `networkId` is always tried besides. */
  foreign?: (own: Spot, other: Spot) => Inputs
  /** Inputs of which one half lies inside of the subtree and the other half outside. */
  crossing?: (inside: Spot, outside: Spot) => Inputs
}

/** What the table makes its inputs with: a context that nothing binds, and people. */
export type Props = { ctx: Ctx; someone: (role: Role, subtree?: Subtree | null) => Promise<Someone> }

/** One hash for all people: it takes half a second. */
export const PASSWORD = 'correct horse battery'
export const passwordHash = hashPassword(PASSWORD)

let count = 0
export const fresh = (what: string): string => {
  count += 1
  return `${what}-${count}`
}

/** Every procedure there is. One that is missing here fails the first test of access.db.test.ts. */
export function accessTable({ ctx, someone }: Props): Record<string, Entry> {
  const net = ({ plan }: Spot) => ({ networkId: plan.id })
  const invited = (spot: Spot) =>
    createPeer(ctx, {
      ...net(spot),
      cidrId: spot.parent,
      name: fresh('peer'),
      kind: 'agent',
      publicKey: newKey(),
      isAdmin: false,
    })
  const peer = async (spot: Spot) => (await invited(spot)).peer.id
  const cidr = async (spot: Spot, prefix6?: null) =>
    (
      await createCidr(ctx, {
        ...net(spot),
        parentId: spot.parent,
        name: fresh('cidr'),
        prefix: spot.free(),
        isolated: false,
        ...(prefix6 === undefined ? {} : { prefix6 }),
      })
    ).id
  /** A CIDR without IPv6 in a place that has it, and a part of the place's prefix that is free. */
  const plot = async (spot: Spot) => {
    const cidrId = await cidr(spot, null)
    const rows = async () => plansOf((await stateOf(ctx, spot.plan.id)).cidrs)
    for (const { id, parentId } of (await rows()).first.ancestors(spot.parent).toReversed()) {
      const plans = await rows()
      if (plans.second?.get(id)) continue
      const free = parentId === null ? uniqueLocalPrefix(randomBytes(5)) : suggestPart(plans, parentId, [])
      if (free) await editCidr(ctx, { ...net(spot), cidrId: id, prefix6: formatPrefix(free) })
    }
    const free = suggestPart(await rows(), spot.parent, [])
    return { cidrId, prefix6: free ? formatPrefix(free) : '' }
  }
  /** A CIDR that has IPv6. */
  const settled = async (spot: Spot) => {
    const place = await plot(spot)
    await addIpv6(ctx, { ...net(spot), ...place })
    return place.cidrId
  }
  const association = async (spot: Spot) =>
    (await createAssociation(ctx, { ...net(spot), a: await cidr(spot), b: spot.other })).id
  const grave = async (spot: Spot) => {
    const peerId = await peer(spot)
    await deletePeer(ctx, { ...net(spot), peerId })
    return peerId
  }
  const revision = async (spot: Spot) => {
    await peer(spot)
    return (await stateOf(ctx, spot.plan.id)).revision
  }
  const trial = async (spot: Spot) => {
    const change = { peerId: await peer(spot), enabled: false, confirmWithinS: TRIAL_S.max }
    await setPeerEnabled(ctx, { ...net(spot), ...change })
    return (await stateOf(ctx, spot.plan.id)).revision
  }

  const reads = (input?: Entry['input']): Entry => ({ least: 'viewer', subtree: 'same', ...(input ? { input } : {}) })
  const onPeer = (least: Role, rest: () => Input = () => ({})): Entry => ({
    least,
    subtree: least === 'viewer' ? 'same' : 'inside',
    input: async (spot) => ({ ...net(spot), peerId: await peer(spot), ...rest() }),
    foreign: async (own, other) => [{ ...net(own), peerId: await peer(other), ...rest() }],
  })
  /** A peer that has joined with Warren's own agent. */
  const member = async (spot: Spot) => {
    const { peer, invitation } = await invited(spot)
    const proof = { publicKey: newKey(), secretHash: newHash(), listenPort: null, now: new Date() }
    await redeemPeer(ctx, { invitationId: invitation?.id ?? 0, ...proof })
    return peer.id
  }
  const onPeers = (rest: (spot: Spot) => Input = () => ({})): Entry => ({
    least: 'admin',
    subtree: 'inside',
    input: async (spot) => ({ ...net(spot), peerIds: [await peer(spot), await peer(spot)], ...rest(spot) }),
    foreign: async (own, other) => [{ ...net(own), peerIds: [await peer(own), await peer(other)], ...rest(own) }],
    crossing: async (inside, outside) => [
      { ...net(inside), peerIds: [await peer(inside), await peer(outside)], ...rest(inside) },
    ],
  })
  const own = (least: Role, input?: Entry['input'], foreign?: Entry['foreign']): Entry => ({
    least,
    subtree: least === 'viewer' ? 'same' : 'never',
    inPerson: true,
    ...(input ? { input } : {}),
    ...(foreign ? { foreign } : {}),
  })
  const onPerson = (rest: Input = {}) => own('owner', async () => ({ userId: (await someone('viewer')).id, ...rest }))

  return {
    'setup.state': { least: 'nobody', subtree: 'same' },
    // Closed, as there are owners; what else it does has a test of its own.
    'setup.createOwner': {
      least: 'nobody',
      subtree: 'same',
      input: () => ({ token: 'x', name: 'mallory', password: 'x'.repeat(12) }),
    },
    'session.me': { least: 'nobody', subtree: 'same' },
    'session.providers': { least: 'nobody', subtree: 'same' },
    'welcome.look': { least: 'nobody', subtree: 'same', input: () => ({ token: 'x' }) },
    'welcome.accept': { least: 'nobody', subtree: 'same', input: () => ({ token: 'x', password: 'x'.repeat(12) }) },

    'live.events': reads(),
    'network.list': reads(),
    'network.state': reads(net),
    'network.follow': reads((spot) => ({ ...net(spot), since: null, figures: true })),
    'network.suggest': { least: 'owner', subtree: 'never' },
    'network.create': {
      least: 'owner',
      subtree: 'never',
      input: () => {
        const name = fresh('made')
        const n = 256 + count
        return {
          name,
          prefix: `172.${16 + (n >> 8)}.${n & 255}.0/24`,
          endpoint: '203.0.113.7:1',
          listenPort: 30_000 + n,
        }
      },
    },
    'network.edit': {
      least: 'admin',
      subtree: 'never',
      input: (spot) => {
        fresh('hours')
        return { ...net(spot), invitationHours: count }
      },
    },

    'activity.list': reads(net),
    'activity.undoable': reads((spot) => ({ ...net(spot), revisions: [1] })),
    'activity.undo': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), revision: await revision(spot) }),
    },
    'trial.list': reads(net),
    'trial.settle': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), revision: await trial(spot), keep: false }),
      // To keep what somebody else put on trial writes no rows.
      crossing: async (inside) => [{ ...net(inside), revision: await trial(inside), keep: true }],
    },
    'link.list': reads(net),
    'link.of': onPeer('viewer'),
    'link.between': {
      ...reads(async (spot) => ({ ...net(spot), a: await peer(spot), b: spot.plan.hub })),
      foreign: async (own, other) => [
        { ...net(own), a: await peer(other), b: own.plan.hub },
        { ...net(own), a: own.plan.hub, b: await peer(other) },
      ],
    },
    'traffic.of': onPeer('viewer', () => ({ range: 'day' })),
    'traffic.now': reads(net),
    'receipt.of': reads((spot) => ({ ...net(spot), revision: 1 })),
    'receipt.recent': reads(net),

    'cidr.create': {
      least: 'admin',
      subtree: 'inside',
      input: (spot) => ({ ...net(spot), parentId: spot.parent, name: fresh('cidr'), prefix: spot.free() }),
      foreign: (own, other) => [{ ...net(own), parentId: other.parent, name: fresh('cidr'), prefix: own.free() }],
      // Around the subtree, so that it would come to lie in a CIDR of its own admin.
      crossing: (inside, outside) => [
        {
          ...net(inside),
          parentId: outside.parent,
          name: fresh('cidr'),
          prefix: inside.plan.prefix.replace('0.0/16', '64.0/18'),
        },
      ],
    },
    'cidr.edit': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), cidrId: await cidr(spot), isolated: true }),
      foreign: (own, other) => [{ ...net(own), cidrId: other.other, isolated: true }],
      crossing: (inside) => [
        { ...net(inside), cidrId: inside.parent, isolated: true },
        { ...net(inside), cidrId: inside.parent, name: fresh('mine') },
        { ...net(inside), cidrId: inside.parent, prefix: inside.plan.prefix.replace('0.0/16', '64.0/18') },
      ],
    },
    'cidr.split': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), cidrId: await cidr(spot), names: [fresh('half'), fresh('half')] }),
      foreign: async (own, other) => [
        { ...net(own), cidrId: await cidr(other), names: [fresh('half'), fresh('half')] },
      ],
    },
    'cidr.addIpv6': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), ...(await plot(spot)) }),
      foreign: async (own, other) => [{ ...net(own), ...(await plot(other)) }],
      crossing: async (inside, outside) => [{ ...net(inside), ...(await plot(outside)) }],
    },
    'cidr.removeIpv6': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), cidrId: await settled(spot) }),
      foreign: async (own, other) => [{ ...net(own), cidrId: await settled(other) }],
      crossing: async (inside) => {
        await plot(inside)
        return [{ ...net(inside), cidrId: inside.parent }]
      },
    },
    'cidr.delete': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), cidrId: await cidr(spot) }),
      foreign: async (own, other) => [{ ...net(own), cidrId: await cidr(other) }],
      // One that is empty but associated with what lies outside: the association is not theirs to end.
      crossing: async (inside, outside) => {
        const cidrId = await cidr(inside)
        await createAssociation(ctx, { ...net(inside), a: cidrId, b: outside.other })
        return [{ ...net(inside), cidrId }]
      },
    },
    'association.create': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), a: await cidr(spot), b: spot.other }),
      foreign: async (own, other) => [
        { ...net(own), a: await cidr(other), b: own.other },
        { ...net(own), a: own.other, b: await cidr(other) },
      ],
      crossing: async (inside, outside) => [
        { ...net(inside), a: await cidr(inside), b: outside.other },
        { ...net(inside), a: outside.parent, b: inside.parent },
      ],
    },
    'association.delete': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), associationId: await association(spot) }),
      foreign: async (own, other) => [{ ...net(own), associationId: await association(other) }],
      crossing: async (inside, outside) => {
        const pair = { ...net(inside), a: await cidr(inside), b: outside.other }
        return [{ ...net(inside), associationId: (await createAssociation(ctx, pair)).id }]
      },
    },

    'peer.create': {
      least: 'admin',
      subtree: 'inside',
      input: (spot) => ({ ...net(spot), cidrId: spot.parent, name: fresh('peer'), publicKey: newKey() }),
      foreign: (own, other) => [{ ...net(own), cidrId: other.parent, name: fresh('peer'), publicKey: newKey() }],
      crossing: (inside) => [
        { ...net(inside), cidrId: inside.parent, name: fresh('peer'), publicKey: newKey(), isAdmin: true },
      ],
    },
    'peer.rename': onPeer('admin', () => ({ name: fresh('renamed') })),
    'peer.move': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), peerId: await peer(spot), cidrId: spot.other }),
      foreign: async (own, other) => [
        { ...net(own), peerId: await peer(other), cidrId: own.other },
        { ...net(own), peerId: await peer(own), cidrId: other.other },
      ],
      crossing: async (inside, outside) => [
        { ...net(inside), peerId: await peer(inside), cidrId: outside.other },
        { ...net(inside), peerId: await peer(outside), cidrId: inside.parent },
      ],
    },
    'peer.setEnabled': onPeer('admin', () => ({ enabled: false })),
    'peer.edit': {
      ...onPeer('admin', () => ({ endpointOverride: '203.0.113.9:1' })),
      crossing: async (inside) => [{ ...net(inside), peerId: await peer(inside), isAdmin: true }],
    },
    'peer.delete': onPeer('admin'),
    'peer.setManyEnabled': onPeers(() => ({ enabled: false })),
    'peer.moveMany': onPeers((spot) => ({ cidrId: spot.other })),
    'peer.deleteMany': onPeers(),
    'peer.rotateKeys': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), peerIds: [await member(spot), await member(spot)] }),
      foreign: async (own, other) => [
        { ...net(own), peerIds: [await member(own), await member(other)] },
        { ...net(own), cidrId: other.parent },
      ],
      crossing: async (inside, outside) => [{ ...net(inside), peerIds: [await member(inside), await member(outside)] }],
    },
    'peer.releaseAddress': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), peerId: await grave(spot) }),
      foreign: async (own, other) => [{ ...net(own), peerId: await grave(other) }],
    },

    'invitation.create': onPeer('admin', () => ({ temporaryKey: newKey() })),
    'invitation.createMany': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), invitations: [{ peerId: await peer(spot), temporaryKey: newKey() }] }),
      foreign: async (own, other) => [
        { ...net(own), invitations: [{ peerId: await peer(other), temporaryKey: newKey() }] },
      ],
      crossing: async (inside, outside) => [
        {
          ...net(inside),
          invitations: [
            { peerId: await peer(inside), temporaryKey: newKey() },
            { peerId: await peer(outside), temporaryKey: newKey() },
          ],
        },
      ],
    },
    'invitation.revoke': {
      least: 'admin',
      subtree: 'inside',
      input: async (spot) => ({ ...net(spot), invitationId: (await invited(spot)).invitation?.id }),
      foreign: async (own, other) => [{ ...net(own), invitationId: (await invited(other)).invitation?.id }],
    },

    'account.state': own('viewer'),
    'account.changePassword': own('viewer', () => ({ present: PASSWORD, password: 'another one, longer' })),
    'account.beginTotp': own('viewer', () => ({ present: PASSWORD })),
    'account.confirmTotp': own('viewer', () => ({ sealed: 'AAAA', code: '123456' })),
    'account.disableTotp': own('viewer', () => ({ present: PASSWORD })),
    'account.renewRecovery': own('viewer', () => ({ present: PASSWORD })),
    'account.sessions': own('viewer'),
    'account.endSession': own(
      'viewer',
      (_spot, me) => ({ sessionId: me.sessionId }),
      async () => [{ sessionId: (await someone('viewer')).sessionId }],
    ),
    'account.endOtherSessions': own('viewer'),
    'account.tokens': own('viewer'),
    'account.createToken': own('viewer', () => ({ name: fresh('token'), role: 'viewer' })),
    'account.revokeToken': own(
      'viewer',
      async (_spot, me) => ({ tokenId: await token(ctx, me.id) }),
      async () => [{ tokenId: await token(ctx, (await someone('viewer')).id) }],
    ),
    'account.findPeers': own('viewer', () => ({ text: 'peer' })),
    'account.setOwnPeer': own('viewer', async (spot) => ({ peerId: await peer(spot) })),

    'people.list': own('owner'),
    'people.places': own('owner'),
    'people.events': own('owner', () => ({})),
    'people.add': own('owner', () => ({ name: fresh('person'), role: 'admin' })),
    'people.edit': onPerson({ role: 'admin' }),
    'people.makeLink': onPerson(),
    'people.setDisabled': onPerson({ disabled: true }),
    'people.remove': onPerson(),
    'people.endSessions': onPerson(),
    'people.resetTotp': onPerson(),
  }
}

async function token({ db }: Ctx, userId: number): Promise<number> {
  const name = fresh('token')
  return (await db.prisma.apiToken.create({ data: { userId, name, hash: name, role: 'viewer' } })).id
}
