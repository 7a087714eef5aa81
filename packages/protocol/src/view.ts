import * as z from 'zod'
import { PublicKey, Signature } from './keys.ts'
import { AddressText, EndpointText, InterfaceName, Name, PrefixText } from './texts.ts'

const Id = z.int().positive()

/** What wg-quick(8) recommends behind NAT, in seconds; a network can have another one. */
export const USUAL_KEEPALIVE_S = 25

/** Chosen: so many earlier keys are told; an agent that missed more rotations than this asks its person. */
export const MAX_WAS = 4

/**
 * One peer as another one knows it. Field names are short: a view holds thousands of these. What a newer console adds is
 * passed over, here and in everything that agents are told: they are upgraded one by one.
 */
export const PeerEntry = z.object({
  id: Id,
  name: Name,
  cidr: Id,
  key: PublicKey,
  ip: AddressText,
  /** The IPv6 address beside an IPv4 one. */
  ip6: AddressText.optional(),
  /** The keys that `key` follows, oldest first, each signing the one after it (rotation.ts). */
  was: z
    .array(z.object({ from: PublicKey, signature: Signature }))
    .max(MAX_WAS)
    .optional(),
  /** How often it was invited anew after it had joined, when it was: then its key need not follow from the former one. */
  born: z.int().positive().optional(),
  /** Endpoints to try, likeliest first; left out when none is known. */
  at: z.array(EndpointText).max(16).optional(),
  /** Set on hubs only. */
  hub: z.literal(true).optional(),
  /** Set on devices only: they are reached through the hub, which forwards for them. */
  device: z.literal(true).optional(),
})
export type PeerEntry = z.infer<typeof PeerEntry>

/** A CIDR that the view's peers need to be named; always comes with all its ancestors. */
export const CidrEntry = z.object({
  id: Id,
  name: Name,
  prefix: PrefixText,
  /** The IPv6 prefix beside an IPv4 one. */
  prefix6: PrefixText.optional(),
  parent: Id.nullable(),
})
export type CidrEntry = z.infer<typeof CidrEntry>

/** A pair that goes through the hub: the other side, and where to send for it. */
export const RelayEntry = z.object({ peer: Id, at: EndpointText })
export type RelayEntry = z.infer<typeof RelayEntry>

/** What a peer must know about itself. `key` lets an agent notice that the console holds another key for it. */
export const SelfEntry = z.object({
  id: Id,
  name: Name,
  cidr: Id,
  ip: AddressText,
  ip6: AddressText.optional(),
  key: PublicKey,
  /** Where to send for peers that no other endpoint of theirs answers for; left out when there are none. */
  relays: z.array(RelayEntry).optional(),
  /** How to poll: seconds a poll is held, or with `everyS` one at that interval that is not held. */
  poll: z.object({ holdS: z.int().min(1).max(50), everyS: z.int().min(1).max(3600).nullable() }).optional(),
  /** Set when this peer should make itself a new key now. */
  renew: z.literal(true).optional(),
  network: z.object({
    name: Name,
    interface: InterfaceName,
    prefix: PrefixText,
    prefix6: PrefixText.optional(),
    /** Set when the hub answers DNS for the network's zone on its mesh address. */
    dns: z.literal(true).optional(),
    /** Seconds between the packets that keep a NAT's mapping open; 0 sends none. Views saved earlier do not have it. */
    keepaliveS: z.int().min(0).max(3600).default(USUAL_KEEPALIVE_S),
  }),
})
export type SelfEntry = z.infer<typeof SelfEntry>

/**
 * The part of a view that all peers sitting directly in one CIDR share. It may hold the reader itself among `peers`
 * (agents pass over their own id): that is what lets one text be sent to all of them.
 */
export const GroupView = z.object({ peers: z.array(PeerEntry), cidrs: z.array(CidrEntry) })
export type GroupView = z.infer<typeof GroupView>

const Digest = z.string().regex(/^[0-9a-f]{32}$/)
const Cursor = z.string().max(64)
const Revision = z.int().nonnegative()

/** Everything a peer may know, at once. */
export const FullAnswer = z.object({
  kind: z.literal('full'),
  self: SelfEntry,
  cursor: Cursor,
  revision: Revision,
  digest: Digest,
  view: GroupView,
})

const ids = z.array(Id)

/** What changed since the cursor that was sent, and nothing else. */
export const DeltaAnswer = z.object({
  kind: z.literal('delta'),
  cursor: Cursor,
  revision: Revision,
  /** Of the group view after this delta; an agent that computes another one asks for everything again. */
  digest: Digest,
  /** What the peer must know about itself, when that changed. */
  self: SelfEntry.optional(),
  peers: z.object({ upsert: z.array(PeerEntry), remove: ids }),
  cidrs: z.object({ upsert: z.array(CidrEntry), remove: ids }),
})
export type DeltaAnswer = z.infer<typeof DeltaAnswer>

/** Nothing changed for this peer while the poll was held, or the view it proved to hold is the current one. */
export const SameAnswer = z.object({ kind: z.literal('same'), cursor: Cursor, revision: Revision })

export const PollAnswer = z.discriminatedUnion('kind', [FullAnswer, DeltaAnswer, SameAnswer])
export type PollAnswer = z.infer<typeof PollAnswer>
export type FullAnswer = z.infer<typeof FullAnswer>
export type SameAnswer = z.infer<typeof SameAnswer>

/** The longest a poll is held, in seconds (DESIGN "The hub and the console"). */
export const MAX_WAIT_S = 50

export const PollInput = z.strictObject({
  /** Where the last answer left off; null asks for everything. */
  cursor: Cursor.nullable(),
  /**
   * What this agent has applied to its device. With a cursor that the coordinator no longer knows (it was restarted),
   * equal digests show that the agent is current, and nothing is sent again.
   */
  applied: z.strictObject({ revision: Revision, digest: Digest, self: Digest }).nullable(),
  /** Seconds to hold the poll when there is nothing to say. */
  waitS: z.number().min(0).max(MAX_WAIT_S),
})
export type PollInput = z.infer<typeof PollInput>
