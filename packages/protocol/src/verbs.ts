import * as z from 'zod'
import { PublicKey } from './keys.ts'
import { AddressText, EndpointText, InterfaceName, Name, Port, PrefixText } from './texts.ts'

/** Inputs of the admin verbs. The browser, the CLI and the server check the same schemas; the rules are in cidr. */
const Id = z.int().positive()

export const MIN_PASSWORD = 10

export const SetUp = z.strictObject({
  token: z.string().min(1, 'The set-up token is missing; open the whole URL that npm start printed.'),
  name: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._@-]{1,64}$/, 'A user name is 1 to 64 letters, digits, dots, hyphens, underscores or @.'),
  password: z
    .string()
    .min(MIN_PASSWORD, `A password has at least ${MIN_PASSWORD} characters.`)
    .max(200, 'A password has at most 200 characters.'),
})
export type SetUp = z.infer<typeof SetUp>

export const CreateNetwork = z.strictObject({
  name: Name,
  /** The root CIDR. */
  prefix: PrefixText,
  /** The hub's public host:port. */
  endpoint: EndpointText,
  listenPort: Port,
  /** Left out: the network's name, cut to what Linux allows. */
  interface: InterfaceName.optional(),
})
export type CreateNetwork = z.infer<typeof CreateNetwork>

export const EditNetwork = z.strictObject({
  networkId: Id,
  endpoint: EndpointText.optional(),
  invitationHours: z
    .int()
    .min(1, 'An invitation lives at least 1 hour.')
    .max(8760, 'An invitation lives at most 8760 hours (a year).')
    .optional(),
})
export type EditNetwork = z.infer<typeof EditNetwork>

export const CreateCidr = z.strictObject({
  networkId: Id,
  parentId: Id,
  name: Name,
  prefix: PrefixText,
  isolated: z.boolean().default(false),
})
export type CreateCidr = z.infer<typeof CreateCidr>

export const EditCidr = z.strictObject({
  networkId: Id,
  cidrId: Id,
  name: Name.optional(),
  prefix: PrefixText.optional(),
  isolated: z.boolean().optional(),
})
export type EditCidr = z.infer<typeof EditCidr>

export const DeleteCidr = z.strictObject({ networkId: Id, cidrId: Id })
export type DeleteCidr = z.infer<typeof DeleteCidr>

export const CreateAssociation = z.strictObject({ networkId: Id, a: Id, b: Id })
export type CreateAssociation = z.infer<typeof CreateAssociation>
export const DeleteAssociation = z.strictObject({ networkId: Id, associationId: Id })
export type DeleteAssociation = z.infer<typeof DeleteAssociation>

export const CreatePeer = z.strictObject({
  networkId: Id,
  cidrId: Id,
  name: Name,
  /** Left out: the next free one of the CIDR. */
  address: AddressText.optional(),
  /** A device's key is its lasting one; an agent's is the invitation's temporary one. The private half stays in the browser. */
  kind: z.enum(['agent', 'device']).default('agent'),
  publicKey: PublicKey,
  isAdmin: z.boolean().default(false),
  listenPort: Port.optional(),
})
export type CreatePeer = z.infer<typeof CreatePeer>

export const RenamePeer = z.strictObject({ networkId: Id, peerId: Id, name: Name })
export type RenamePeer = z.infer<typeof RenamePeer>
export const MovePeer = z.strictObject({ networkId: Id, peerId: Id, cidrId: Id, address: AddressText.optional() })
export type MovePeer = z.infer<typeof MovePeer>
export const SetPeerEnabled = z.strictObject({ networkId: Id, peerId: Id, enabled: z.boolean() })
export type SetPeerEnabled = z.infer<typeof SetPeerEnabled>
export const EditPeer = z.strictObject({
  networkId: Id,
  peerId: Id,
  isAdmin: z.boolean().optional(),
  endpointOverride: EndpointText.nullable().optional(),
})
export type EditPeer = z.infer<typeof EditPeer>
export const DeletePeer = z.strictObject({ networkId: Id, peerId: Id })
export type DeletePeer = z.infer<typeof DeletePeer>
/** Gives the address of a deleted peer back to its CIDR. */
export const ReleaseAddress = z.strictObject({ networkId: Id, peerId: Id })
export type ReleaseAddress = z.infer<typeof ReleaseAddress>

/** A new invitation for a peer: earlier ones end, and a redeemed peer must join again. */
export const CreateInvitation = z.strictObject({ networkId: Id, peerId: Id, temporaryKey: PublicKey })
export type CreateInvitation = z.infer<typeof CreateInvitation>
export const RevokeInvitation = z.strictObject({ networkId: Id, invitationId: Id })
export type RevokeInvitation = z.infer<typeof RevokeInvitation>
