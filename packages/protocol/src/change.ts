import * as z from 'zod'

/**
 * The rows of a network as the Change log, the topology and undo know them. No row here has a field for a secret, and
 * none may get one: what is not in these schemas cannot enter the log (DESIGN "The path of a change").
 */
const Id = z.int().positive()
const Time = z.iso.datetime()

export const NetworkRow = z.strictObject({
  id: Id,
  name: z.string(),
  interface: z.string(),
  /** The hub's public `host:port`, where nodes reach it from outside. */
  endpoint: z.string(),
  listenPort: z.int(),
  apiPort: z.int(),
  invitationHours: z.int(),
  /** Seconds between the packets that keep a NAT's mapping open; 0 sends none. Rows of older changes do not have it. */
  keepaliveS: z.int().default(25),
  /** Where the hub was before `endpoint` and `listenPort` were changed: still tried until the move is over. */
  endpointBefore: z.string().nullable().default(null),
  listenPortBefore: z.int().nullable().default(null),
  /** The revision that first told nodes of the move; whoever has applied it knows both places. */
  movedRevision: z.int().nullable().default(null),
  /** How long a poll is held, in seconds; with `pollEveryS` nobody's is held, and agents ask so often. */
  pollHoldS: z.int().default(50),
  pollEveryS: z.int().nullable().default(null),
  /** Days after which an agent makes itself a new key; null never. */
  rotateDays: z.int().nullable().default(null),
  /** Whether the hub passes packets on for pairs without a direct path. */
  relay: z.boolean().default(true),
  /** Whether the hub answers DNS for the network's zone. */
  dns: z.boolean().default(false),
})
export type NetworkRow = z.infer<typeof NetworkRow>

/** What a network begins with where nobody chose. */
export const usualNetwork = {
  endpointBefore: null,
  listenPortBefore: null,
  movedRevision: null,
  pollHoldS: 50,
  pollEveryS: null,
  rotateDays: null,
  relay: true,
  dns: false,
} as const satisfies Partial<NetworkRow>

export const CidrRow = z.strictObject({
  id: Id,
  parentId: Id.nullable(),
  name: z.string(),
  prefix: z.string(),
  /** The IPv6 prefix beside an IPv4 one. Rows of older changes do not have it. */
  prefix6: z.string().nullable().default(null),
  isolated: z.boolean(),
})
export type CidrRow = z.infer<typeof CidrRow>

export const peerKinds = ['agent', 'device', 'hub'] as const
export type PeerKind = (typeof peerKinds)[number]

/** A key that a peer had, and its signature of the key that came after it. */
export const Rotation = z.strictObject({ from: z.string(), signature: z.string() })
export type Rotation = z.infer<typeof Rotation>

/** What a device's configuration says, as it was handed out last: tells whether it has to be handed out anew. */
export const Handed = z.strictObject({
  address: z.string(),
  address6: z.string().nullable(),
  allowed: z.array(z.string()),
  endpoint: z.string(),
  hubKey: z.string(),
})
export type Handed = z.infer<typeof Handed>

export const PeerRow = z.strictObject({
  id: Id,
  /** Null only on a tombstone whose CIDR is gone. */
  cidrId: Id.nullable(),
  name: z.string(),
  address: z.string(),
  /** The IPv6 address beside an IPv4 one. This and what follows with a default is not in rows of older changes. */
  address6: z.string().nullable().default(null),
  kind: z.enum(peerKinds),
  /** The lasting key; null until redeemed, and again after a re-invitation. */
  publicKey: z.string().nullable(),
  enabled: z.boolean(),
  isAdmin: z.boolean(),
  listenPort: z.int().nullable(),
  /** `host:port` that an admin set by hand. */
  endpointOverride: z.string().nullable(),
  redeemedAt: Time.nullable(),
  /** Set on a tombstone: the peer is gone, its address stays taken until an admin releases it. */
  deletedAt: Time.nullable(),
  /** The keys that `publicKey` follows, oldest first, each signing the next; empty after a re-invitation. */
  rotations: z.array(Rotation).default([]),
  /** Since when it has `publicKey`. */
  keySince: Time.nullable().default(null),
  /** When an admin last asked for a new key. */
  rotateAskedAt: Time.nullable().default(null),
  /** How often it was invited anew after it had joined: another machine, with a key that follows from none. */
  incarnation: z.int().nonnegative().default(0),
  /** Its own ways of polling; null: those of the network. */
  pollHoldS: z.int().nullable().default(null),
  pollEveryS: z.int().nullable().default(null),
  /** Of devices. */
  handed: Handed.nullable().default(null),
})
export type PeerRow = z.infer<typeof PeerRow>

/** What a peer begins with where nobody chose. */
export const usualPeer = {
  address6: null,
  rotations: [],
  keySince: null,
  rotateAskedAt: null,
  incarnation: 0,
  pollHoldS: null,
  pollEveryS: null,
  handed: null,
} satisfies Partial<PeerRow>

/** `a` < `b`: an association is an unordered pair, stored in one order only. */
export const AssociationRow = z.strictObject({ id: Id, a: Id, b: Id })
export type AssociationRow = z.infer<typeof AssociationRow>

export const InvitationRow = z.strictObject({
  id: Id,
  peerId: Id,
  /** Public half of the temporary key pair; the private half is only in the invitation. */
  temporaryKey: z.string(),
  createdAt: Time,
  expiresAt: Time,
  redeemedAt: Time.nullable(),
  revokedAt: Time.nullable(),
})
export type InvitationRow = z.infer<typeof InvitationRow>

/** The whole rows that a change touched, as they were or as they are. */
export const Rows = z.strictObject({
  networks: z.array(NetworkRow),
  cidrs: z.array(CidrRow),
  peers: z.array(PeerRow),
  associations: z.array(AssociationRow),
  invitations: z.array(InvitationRow),
})
export type Rows = z.infer<typeof Rows>
export type RowKind = keyof Rows

export const noRows = (): Rows => ({ networks: [], cidrs: [], peers: [], associations: [], invitations: [] })

/** What was done, in the order noun.verb; the activity page has a sentence for each. */
export const changeKinds = [
  'network.created',
  'network.edited',
  'cidr.created',
  'cidr.edited',
  'cidr.deleted',
  'cidr.split',
  'cidr.ipv6-added',
  'cidr.ipv6-removed',
  'association.created',
  'association.deleted',
  'peer.created',
  'peer.renamed',
  'peer.moved',
  'peer.edited',
  'peer.disabled',
  'peer.enabled',
  'peer.deleted',
  'peer.redeemed',
  'peer.key-rotated',
  'peers.disabled',
  'peers.enabled',
  'peers.moved',
  'peers.deleted',
  'peers.invited',
  'peers.rotation-asked',
  'address.released',
  'invitation.created',
  'invitation.revoked',
  'hub.key-set',
  'change.undone',
  /** A change on trial that nobody confirmed in time. */
  'change.reverted',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/** Who did it: a person in the console, a peer over the mesh, or the system itself (a hub, the launcher). */
export const Actor = z.strictObject({ kind: z.enum(['user', 'peer', 'system']), id: Id.nullable(), name: z.string() })
export type Actor = z.infer<typeof Actor>

/** One committed change. A row in both sets was updated, only in `before` removed, only in `after` made. */
export const Change = z.strictObject({
  networkId: Id,
  revision: Id,
  at: Time,
  actor: Actor,
  kind: z.enum(changeKinds),
  before: Rows,
  after: Rows,
  /** The revision that this change takes back. */
  undoes: Id.nullable(),
})
export type Change = z.infer<typeof Change>
