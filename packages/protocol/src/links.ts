import * as z from 'zod'
import { EndpointText } from './texts.ts'

const Id = z.int().positive()

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
  /** A handshake within the time that WireGuard keeps a session (REJECT_AFTER_TIME, 180 s). */
  live: z.boolean(),
  via: LinkVia,
  /** The endpoint in use; null when the device has none for this peer. */
  at: EndpointText.nullable(),
  /** The last handshake, in Unix seconds; 0 = never. */
  shaken: z.int().nonnegative(),
  /** Bytes since the interface was made. */
  rx: z.int().nonnegative(),
  tx: z.int().nonnegative(),
  /** Endpoints tried since the last handshake; empty on a live link. */
  tried: z.array(EndpointText).max(16),
})
export type Link = z.infer<typeof Link>

/** More links than any view holds would be an error of the agent. */
export const MAX_LINKS = 20_000

/**
 * What an agent tells of its tunnels (`mesh.links`): those whose state, path or endpoint changed since it told last, at
 * once; those with new figures, at intervals; `full` = these are all, forget the others.
 */
export const LinksInput = z.strictObject({
  full: z.boolean(),
  links: z.array(Link).max(MAX_LINKS),
  /** Tunnels that are no longer there. */
  gone: z.array(Id).max(MAX_LINKS),
  /** Bytes over all tunnels since the interface was made. */
  rx: z.int().nonnegative(),
  tx: z.int().nonnegative(),
})
export type LinksInput = z.infer<typeof LinksInput>
