import { saveLinks } from '@warren/db'
import type { Link } from '@warren/protocol'
import type { Net } from './fixtures.ts'

/** A tunnel as one end tells of it: up and straight to the other side, unless `patch` says otherwise. */
export const tunnelTo = (peer: number, patch: Partial<Link> = {}): Link => ({
  peer,
  live: true,
  via: 'direct',
  at: `198.51.100.${peer % 250}:51820`,
  shaken: Math.floor(Date.now() / 1000) - 9,
  rx: 214_000,
  tx: 9000,
  tried: [],
  ...patch,
})

/** A tunnel without handshake, after these endpoints were tried. */
export const cutTo = (peer: number, tried: string[] = []): Link =>
  tunnelTo(peer, { live: false, at: null, shaken: 0, tried })

/** Lets a peer's agent tell of its tunnels: these are all it has. */
export const tellTunnels = ({ stage, row }: Net, peerId: number, links: readonly Link[]): Promise<void> =>
  saveLinks(stage.db, row.id, [{ peerId, whole: true, set: links, gone: [], tag: null }])

/** Lets both ends tell of the same tunnel, as the only one they have. */
export async function joinTunnel(
  net: Net,
  [a, b]: readonly [number, number],
  patch: Partial<Link> = {},
): Promise<void> {
  await tellTunnels(net, a, [tunnelTo(b, patch)])
  await tellTunnels(net, b, [tunnelTo(a, patch)])
}
