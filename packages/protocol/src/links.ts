import * as z from 'zod'
import { EndpointText, parseEndpoint } from './texts.ts'

const Id = z.int().positive()

/** Spec constant: WireGuard drops a session this long after its handshake (whitepaper, section 6.1, Reject-After-Time). */
export const REJECT_AFTER_S = 180

/** Spec constant: whoever sends on a session older than this renews it first (ibidem, Rekey-After-Time). */
export const REKEY_AFTER_S = 120

/** Chosen: a keepalive that came a little late is no sign that the other side is gone. */
const LATE_S = 15

/**
 * How long a peer may say nothing before that means something, in seconds; null where it never does: without keepalives,
 * or with some so rare that sessions end between them, an idle tunnel is as silent as one that is cut.
 */
export const silenceLimitS = (keepaliveS: number): number | null =>
  keepaliveS === 0 || keepaliveS > REKEY_AFTER_S ? null : keepaliveS + LATE_S

/**
 * Whether a tunnel carries packets as far as one end can know. `shakenAgoS`: seconds since the last handshake, null when
 * there was none; `silentS`: seconds since bytes were received.
 */
export function tunnelLives(seen: { shakenAgoS: number | null; silentS: number; keepaliveS: number }): boolean {
  const { shakenAgoS, silentS } = seen
  if (shakenAgoS === null) return false
  const limitS = silenceLimitS(seen.keepaliveS)
  // A handshake from the future: a clock was set back, and only the bytes tell.
  if (shakenAgoS < 0) return silentS < (limitS ?? REJECT_AFTER_S)
  if (shakenAgoS >= REJECT_AFTER_S) return false
  return limitS === null || shakenAgoS < limitS || silentS < limitS
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const plainPlace = new RegExp(`^${octet}(?:\\.${octet}){3}:([1-9]\\d{0,4})$`)

/** Nearly all that agents tell of, in the spelling that it has anyway: looked at a hundred times as fast (measured). */
const isPlain = (text: string): boolean => Number(plainPlace.exec(text)?.[1] ?? Number.POSITIVE_INFINITY) <= 65535

/** An endpoint whose host is an address: what a device sends to. A name would be looked up by whoever is told of it. */
export const PlaceText = z.string().transform((text, context) => {
  if (isPlain(text)) return text
  const endpoint = EndpointText.safeParse(text)
  if (endpoint.success && parseEndpoint(endpoint.data)?.family !== null) return endpoint.data
  const message = endpoint.error?.issues[0]?.message ?? 'An endpoint that an agent tells of has an address, not a name.'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

/** The year 2106: the last that Unix seconds of 32 bits can tell. */
const MAX_TIME = 2 ** 32 - 1

/** How packets of a tunnel travel: straight to the other side, or passed on by a hub that cannot read them. */
export const LinkVia = z.enum(['direct', 'relay'])
export type LinkVia = z.infer<typeof LinkVia>

/**
 * One tunnel as one of its two agents sees it. An observation, not a change: it stays out of the log (DESIGN "The path of
 * a change").
 */
export const Link = z.strictObject({
  /** The other side. */
  peer: Id,
  /** Packets get through as far as this end can know (`tunnelLives`). */
  live: z.boolean(),
  via: LinkVia,
  /** The endpoint in use; null when the device has none for this peer. */
  at: PlaceText.nullable(),
  /** The last handshake, in Unix seconds; 0 = never. */
  shaken: z.int().min(0).max(MAX_TIME),
  /** Bytes since the other side was added to the device. */
  rx: z.int().nonnegative(),
  tx: z.int().nonnegative(),
  /** Endpoints that were tried in vain since a direct path last was live, once each had its time; empty on a direct live link. */
  tried: z.array(PlaceText).max(16),
})
export type Link = z.infer<typeof Link>

/** Chosen: the most links in one message; with its bytes it stays below what the mesh API reads. */
export const MAX_LINKS = 256
/** Chosen: the most ended tunnels in one message. */
export const MAX_GONE = 2_000

const Tag = z.string().min(1).max(40)

/**
 * What an agent tells of its tunnels (`mesh.links`): those whose state, path or endpoint changed since it told last, at
 * once; those with new figures, at intervals. Everything is told in one message or several, from `first` to `last`: what
 * is not named between them is forgotten. News go on from `base`; an agent that has none tells everything.
 */
export const LinksInput = z.strictObject({
  /** The tag of the last answer; null when there was none. */
  base: Tag.nullable(),
  first: z.boolean(),
  last: z.boolean(),
  links: z.array(Link).max(MAX_LINKS),
  /** Tunnels that are no longer there. */
  gone: z.array(Id).max(MAX_GONE),
  /** Bytes over all tunnels since the agent began to count; `since` names that beginning. */
  total: z.strictObject({
    since: z.string().min(1).max(40),
    rx: z.int().nonnegative(),
    tx: z.int().nonnegative(),
  }),
})
export type LinksInput = z.infer<typeof LinksInput>

/** `tag` names what the console knows now. `whole`: it does not know what the news go on from, and wants everything. */
export const LinksAnswer = z.strictObject({ tag: Tag, whole: z.boolean() })
export type LinksAnswer = z.infer<typeof LinksAnswer>
