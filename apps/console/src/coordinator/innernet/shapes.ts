import {
  AddressText,
  type CidrRow,
  EndpointText,
  type InvitationRow,
  Name,
  type PeerRow,
  PrefixText,
  PublicKey,
} from '@warren/protocol'
import * as z from 'zod'
import type { Whereabouts } from '../topology/entries.ts'
import type { Numbers } from './numbers.ts'

/** What innernet's clients send (facts: its HTTP API, version 1). Fields that we do not use are let through unread. */
const Id = z.int().positive()

export const RedeemContents = z.object({ public_key: PublicKey })

export const EndpointContents = z.discriminatedUnion('option', [
  z.object({ option: z.literal('Set'), content: EndpointText }),
  z.object({ option: z.literal('Unset') }),
])

export const CandidatesContents = z.array(EndpointText)

export const PeerContents = z.object({
  name: Name,
  ip: AddressText,
  cidr_id: Id,
  public_key: PublicKey,
  endpoint: EndpointText.nullable().default(null),
  is_admin: z.boolean().default(false),
  is_disabled: z.boolean().default(false),
  invite_expires: z.object({ secs_since_epoch: z.int().positive() }).nullable().default(null),
  candidates: z.array(z.string()).default([]),
})
export type PeerContents = z.infer<typeof PeerContents>

export const CidrContents = z.object({ name: Name, cidr: PrefixText, parent: Id })
export const AssociationContents = z.object({ cidr_id_1: Id, cidr_id_2: Id })

/** Seconds; what innernet's server tells every client. */
const KEEPALIVE_S = 25

type PeerFacts = {
  readonly row: PeerRow
  readonly invitation: InvitationRow | undefined
  readonly sight: Whereabouts | undefined
  /** A hub's own endpoint; it observes everybody but itself. */
  readonly endpoint: string | null
}

/** A peer as innernet writes it: with the temporary key until it has joined, as its server does. */
export function peerShape({ row, invitation, sight, endpoint }: PeerFacts, numbers: Numbers) {
  const observed = sight?.observed ?? null
  const candidates = [...(sight?.candidates ?? [])]
  // An override hides what was observed, which is then one candidate more.
  if (row.endpointOverride !== null && observed !== null) candidates.push(observed)
  return {
    id: numbers.peer(row.id),
    name: row.name,
    ip: row.address,
    cidr_id: numbers.cidr(row.cidrId ?? 0),
    public_key: row.publicKey ?? invitation?.temporaryKey ?? '',
    endpoint: endpoint ?? observed,
    persistent_keepalive_interval: KEEPALIVE_S,
    is_admin: row.isAdmin,
    is_disabled: !row.enabled,
    is_redeemed: row.redeemedAt !== null,
    invite_expires: invitation ? systemTime(invitation.expiresAt) : null,
    candidates,
  }
}

/** A time as Rust's serde writes a SystemTime. */
function systemTime(iso: string): { secs_since_epoch: number; nanos_since_epoch: number } {
  const ms = Date.parse(iso)
  return { secs_since_epoch: Math.floor(ms / 1000), nanos_since_epoch: (ms % 1000) * 1_000_000 }
}

export const cidrShape = (row: CidrRow, numbers: Numbers) => ({
  id: numbers.cidr(row.id),
  name: row.name,
  cidr: row.prefix,
  parent: row.parentId === null ? null : numbers.cidr(row.parentId),
})
