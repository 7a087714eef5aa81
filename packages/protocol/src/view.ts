import * as z from 'zod'
import { PublicKey } from './keys.ts'
import { AddressText, EndpointText, InterfaceName, Name, PrefixText } from './texts.ts'

const Id = z.int().positive()

/** What wg-quick(8) recommends behind NAT, in seconds; a network can have another one. */
export const USUAL_KEEPALIVE_S = 25

/** One peer as another one knows it. Field names are short: a view holds thousands of these. */
export const PeerEntry = z.strictObject({
  id: Id,
  name: Name,
  cidr: Id,
  key: PublicKey,
  ip: AddressText,
  /** Endpoints to try, likeliest first; left out when none is known. */
  at: z.array(EndpointText).max(16).optional(),
  /** Set on hubs only. */
  hub: z.literal(true).optional(),
  /** Set on devices only: they are reached through the hub, which forwards for them. */
  device: z.literal(true).optional(),
})
export type PeerEntry = z.infer<typeof PeerEntry>

/** A CIDR that the view's peers need to be named; always comes with all its ancestors. */
export const CidrEntry = z.strictObject({ id: Id, name: Name, prefix: PrefixText, parent: Id.nullable() })
export type CidrEntry = z.infer<typeof CidrEntry>

/** What a peer must know about itself. `key` lets an agent notice that the console holds another key for it. */
export const SelfEntry = z.strictObject({
  id: Id,
  name: Name,
  cidr: Id,
  ip: AddressText,
  key: PublicKey,
  network: z.strictObject({
    name: Name,
    interface: InterfaceName,
    prefix: PrefixText,
    /** Seconds between the packets that keep a NAT's mapping open; 0 sends none. Views saved earlier do not have it. */
    keepaliveS: z.int().min(0).max(3600).default(USUAL_KEEPALIVE_S),
  }),
})
export type SelfEntry = z.infer<typeof SelfEntry>

/**
 * The part of a view that all peers sitting directly in one CIDR share. It may hold the reader itself among `peers`
 * (agents pass over their own id): that is what lets one text be sent to all of them.
 */
export const GroupView = z.strictObject({ peers: z.array(PeerEntry), cidrs: z.array(CidrEntry) })
export type GroupView = z.infer<typeof GroupView>

const Digest = z.string().regex(/^[0-9a-f]{32}$/)
const Cursor = z.string().max(64)
const Revision = z.int().nonnegative()

/** Everything a peer may know, at once. */
export const FullAnswer = z.strictObject({
  kind: z.literal('full'),
  self: SelfEntry,
  cursor: Cursor,
  revision: Revision,
  digest: Digest,
  view: GroupView,
})

const ids = z.array(Id)

/** What changed since the cursor that was sent, and nothing else. */
export const DeltaAnswer = z.strictObject({
  kind: z.literal('delta'),
  cursor: Cursor,
  revision: Revision,
  /** Of the group view after this delta; an agent that computes another one asks for everything again. */
  digest: Digest,
  peers: z.strictObject({ upsert: z.array(PeerEntry), remove: ids }),
  cidrs: z.strictObject({ upsert: z.array(CidrEntry), remove: ids }),
})
export type DeltaAnswer = z.infer<typeof DeltaAnswer>

/** Nothing changed for this peer while the poll was held, or the view it proved to hold is the current one. */
export const SameAnswer = z.strictObject({ kind: z.literal('same'), cursor: Cursor, revision: Revision })

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
