import * as z from 'zod'
import { PublicKey } from './keys.ts'
import { Password, UserName } from './people.ts'
import { POLL_EVERY_S, POLL_HOLD_S } from './polling.ts'
import { AddressText, EndpointText, InterfaceName, Name, Port, PrefixText } from './texts.ts'

/** Inputs of the admin verbs. The browser, the CLI and the server check the same schemas; the rules are in cidr. */
const Id = z.int().positive()

/** How long a change on trial may wait to be confirmed, in seconds. */
export const TRIAL_S = { min: 30, usual: 120, max: 600 } as const

/**
 * Makes a change on trial: it takes itself back after so many seconds, unless somebody confirms it. Left out: it stays.
 */
const trial = {
  confirmWithinS: z
    .int()
    .min(TRIAL_S.min, `A change on trial waits at least ${TRIAL_S.min} seconds.`)
    .max(TRIAL_S.max, `A change on trial waits at most ${TRIAL_S.max} seconds.`)
    .optional(),
}

/** Chosen: more peers than this at once are a job for a program, which can ask several times. */
export const MANY_PEERS = 2000
const peerIds = z.array(Id).min(1, 'Choose at least one peer.').max(MANY_PEERS, `At most ${MANY_PEERS} peers at once.`)

export const SetUp = z.strictObject({
  token: z.string().min(1, 'The set-up token is missing; open the whole URL that npm start printed.'),
  name: UserName,
  password: Password,
})
export type SetUp = z.infer<typeof SetUp>

export const CreateNetwork = z.strictObject({
  name: Name,
  /** The root CIDR. */
  prefix: PrefixText,
  /** Its IPv6 prefix beside an IPv4 one; left out: the network has one family. */
  prefix6: PrefixText.optional(),
  /** The hub's public host:port. */
  endpoint: EndpointText,
  listenPort: Port,
  /** Left out: the network's name, cut to what Linux allows. */
  interface: InterfaceName.optional(),
})
export type CreateNetwork = z.infer<typeof CreateNetwork>

const holds = `A poll is held for ${POLL_HOLD_S.min} to ${POLL_HOLD_S.max} seconds.`
const PollHoldS = z.int(holds).min(POLL_HOLD_S.min, holds).max(POLL_HOLD_S.max, holds)
const asks = `Agents that do not wait ask every ${POLL_EVERY_S.min} to ${POLL_EVERY_S.max} seconds.`
const PollEveryS = z.int(asks).min(POLL_EVERY_S.min, asks).max(POLL_EVERY_S.max, asks)

export const EditNetwork = z.strictObject({
  networkId: Id,
  endpoint: EndpointText.optional(),
  invitationHours: z
    .int()
    .min(1, 'An invitation lives at least 1 hour.')
    .max(8760, 'An invitation lives at most 8760 hours (a year).')
    .optional(),
  keepaliveS: z
    .int()
    .min(0, 'A keepalive is sent every 1 to 3600 seconds; 0 sends none.')
    .max(3600, 'A keepalive is sent every 1 to 3600 seconds; 0 sends none.')
    .optional(),
  /** The UDP port that the hub listens on. Peers that know the old one only still reach it until the move is over. */
  listenPort: Port.optional(),
  /** The hub's move is over: the endpoint and the port of before are forgotten. */
  moveIsOver: z.literal(true).optional(),
  relay: z.boolean().optional(),
  /** Whether the hub answers DNS for the network's zone. */
  dns: z.boolean().optional(),
  pollHoldS: PollHoldS.optional(),
  /** Seconds between questions that are not held; null holds them. */
  pollEveryS: PollEveryS.nullable().optional(),
  /** Days after which an agent makes itself a new key; null never. */
  rotateDays: z
    .int()
    .min(1, 'A key lives 1 to 3650 days; leave it empty for as long as its peer.')
    .max(3650, 'A key lives 1 to 3650 days; leave it empty for as long as its peer.')
    .nullable()
    .optional(),
})
export type EditNetwork = z.infer<typeof EditNetwork>

export const CreateCidr = z.strictObject({
  networkId: Id,
  parentId: Id,
  name: Name,
  prefix: PrefixText,
  /** Beside an IPv4 one; null: none. Left out: a part of the parent's, where it has one. */
  prefix6: PrefixText.nullable().optional(),
  isolated: z.boolean().default(false),
})
export type CreateCidr = z.infer<typeof CreateCidr>

export const EditCidr = z.strictObject({
  networkId: Id,
  cidrId: Id,
  name: Name.optional(),
  prefix: PrefixText.optional(),
  /** The peers directly in a CIDR get IPv6 addresses with its first IPv6 prefix, and lose them with it. */
  prefix6: PrefixText.nullable().optional(),
  isolated: z.boolean().optional(),
  ...trial,
})
export type EditCidr = z.infer<typeof EditCidr>

/** Gives a CIDR without an IPv6 prefix this one, everything below it a part of it, and their peers addresses. */
export const AddIpv6 = z.strictObject({ networkId: Id, cidrId: Id, prefix6: PrefixText, ...trial })
export type AddIpv6 = z.infer<typeof AddIpv6>
/** Takes the IPv6 prefixes of a CIDR and everything below it away, and the IPv6 addresses of their peers. */
export const RemoveIpv6 = z.strictObject({ networkId: Id, cidrId: Id, ...trial })
export type RemoveIpv6 = z.infer<typeof RemoveIpv6>

/** Makes equal children that fill a CIDR; peers that sit directly in it come to sit in the child that holds them. */
export const SplitCidr = z.strictObject({
  networkId: Id,
  cidrId: Id,
  /** By address; as many as a power of two says, 2 to 256. */
  names: z.array(Name).min(2, 'A CIDR is split into at least 2.').max(256, 'A CIDR is split into at most 256.'),
})
export type SplitCidr = z.infer<typeof SplitCidr>

export const DeleteCidr = z.strictObject({ networkId: Id, cidrId: Id, ...trial })
export type DeleteCidr = z.infer<typeof DeleteCidr>

export const CreateAssociation = z.strictObject({ networkId: Id, a: Id, b: Id })
export type CreateAssociation = z.infer<typeof CreateAssociation>
export const DeleteAssociation = z.strictObject({ networkId: Id, associationId: Id, ...trial })
export type DeleteAssociation = z.infer<typeof DeleteAssociation>

export const CreatePeer = z.strictObject({
  networkId: Id,
  cidrId: Id,
  name: Name,
  /** Left out: the next free one of the CIDR. */
  address: AddressText.optional(),
  /** The same for its IPv6 address, where the CIDR has an IPv6 prefix. */
  address6: AddressText.optional(),
  /** A device's key is its lasting one; an agent's is the invitation's temporary one. The private half stays in the browser. */
  kind: z.enum(['agent', 'device']).default('agent'),
  publicKey: PublicKey,
  isAdmin: z.boolean().default(false),
  listenPort: Port.optional(),
  /** Until when its invitation can be used; left out: as long as the network grants. */
  expiresAt: z.iso.datetime().optional(),
})
export type CreatePeer = z.infer<typeof CreatePeer>

export const RenamePeer = z.strictObject({ networkId: Id, peerId: Id, name: Name })
export type RenamePeer = z.infer<typeof RenamePeer>
export const MovePeer = z.strictObject({
  networkId: Id,
  peerId: Id,
  cidrId: Id,
  address: AddressText.optional(),
  address6: AddressText.optional(),
  ...trial,
})
export type MovePeer = z.infer<typeof MovePeer>
export const SetPeerEnabled = z.strictObject({ networkId: Id, peerId: Id, enabled: z.boolean(), ...trial })
export type SetPeerEnabled = z.infer<typeof SetPeerEnabled>
export const EditPeer = z.strictObject({
  networkId: Id,
  peerId: Id,
  isAdmin: z.boolean().optional(),
  endpointOverride: EndpointText.nullable().optional(),
  /** How it polls; null: as its network says. One that is held is held, also where the network has an interval. */
  pollHoldS: PollHoldS.nullable().optional(),
  pollEveryS: PollEveryS.nullable().optional(),
  /** Somebody brought a device's configuration up to date by hand. */
  handed: z.literal(true).optional(),
})
export type EditPeer = z.infer<typeof EditPeer>
export const DeletePeer = z.strictObject({ networkId: Id, peerId: Id, ...trial })
export type DeletePeer = z.infer<typeof DeletePeer>

/** The same for many peers, as one change: all of them or none. */
export const SetPeersEnabled = z.strictObject({ networkId: Id, peerIds, enabled: z.boolean(), ...trial })
export type SetPeersEnabled = z.infer<typeof SetPeersEnabled>
export const MovePeers = z.strictObject({ networkId: Id, peerIds, cidrId: Id, ...trial })
export type MovePeers = z.infer<typeof MovePeers>
export const DeletePeers = z.strictObject({ networkId: Id, peerIds, ...trial })
export type DeletePeers = z.infer<typeof DeletePeers>

/** Asks agents to make themselves new keys: these peers, or all that sit in a CIDR and below it. */
export const RotatePeerKeys = z.strictObject({ networkId: Id, peerIds: peerIds.optional(), cidrId: Id.optional() })
export type RotatePeerKeys = z.infer<typeof RotatePeerKeys>

/** Gives the address of a deleted peer back to its CIDR. */
export const ReleaseAddress = z.strictObject({ networkId: Id, peerId: Id })
export type ReleaseAddress = z.infer<typeof ReleaseAddress>

/** A new invitation for a peer: earlier ones end, and a redeemed peer must join again. */
export const CreateInvitation = z.strictObject({ networkId: Id, peerId: Id, temporaryKey: PublicKey })
export type CreateInvitation = z.infer<typeof CreateInvitation>
/** New invitations for many peers, as one change; each with the public half of a key pair of its own. */
export const CreateInvitations = z.strictObject({
  networkId: Id,
  invitations: z
    .array(z.strictObject({ peerId: Id, temporaryKey: PublicKey }))
    .min(1, 'Choose at least one peer.')
    .max(MANY_PEERS, `At most ${MANY_PEERS} peers at once.`),
})
export type CreateInvitations = z.infer<typeof CreateInvitations>
export const RevokeInvitation = z.strictObject({ networkId: Id, invitationId: Id })
export type RevokeInvitation = z.infer<typeof RevokeInvitation>

/** Takes a change back, as a new change. */
export const UndoChange = z.strictObject({ networkId: Id, revision: Id })
export type UndoChange = z.infer<typeof UndoChange>
/** Ends a change's trial: confirmed, it stays; reverted, it is taken back at once. */
export const SettleTrial = z.strictObject({ networkId: Id, revision: Id, keep: z.boolean() })
export type SettleTrial = z.infer<typeof SettleTrial>
