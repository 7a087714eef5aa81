import { asking, type Db, type PeerLinks, readLinks, readRelaysOf, type SavedRelay } from '@warren/db'
import type { Link } from '@warren/protocol'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'
import { kindOfPeer } from './known.ts'

const Id = z.int().positive()
export const LinksOf = z.strictObject({ networkId: Id, peerId: Id })
export type LinksOf = z.infer<typeof LinksOf>
export const LinkBetween = z.strictObject({ networkId: Id, a: Id, b: Id })
export type LinkBetween = z.infer<typeof LinkBetween>

/**
 * One tunnel as its two ends see it, and what the hub does for it when they find no direct path; `at` is when that end
 * last told, ISO 8601.
 */
export type LinkBetweenAnswer = { a: LinkEnd; b: LinkEnd; relay: RelayBetween | null }
/** `refused`: why the hub does not pass packets on, in a sentence; `tried`: endpoints of the other, by side. */
export type RelayBetween = {
  since: string
  open: boolean
  refused: string | null
  tried: { a: readonly string[]; b: readonly string[] }
}
/** `relays`: the other sides to which no direct path was found. */
export type LinksOfAnswer = PeerLinks & { relays: { peer: number; open: boolean; refused: string | null }[] }
export type LinkEnd = { at: string | null; link: Link | null }

/**
 * The tunnels of one peer, as its agent last told of them; a device's as its hub sees it.
 * @throws Refusal not-found (peerId)
 */
export async function linksOf({ db }: Ctx, { networkId, peerId }: LinksOf): Promise<LinksOfAnswer> {
  const links = await linksAt(db, { networkId, peerId, field: 'peerId' })
  const relays = (await readRelaysOf(db, networkId, peerId)).map(({ a, b, portA, refused }) => ({
    peer: a === peerId ? b : a,
    open: portA !== null,
    refused,
  }))
  return { ...links, relays }
}

/**
 * One tunnel from both ends.
 * @throws Refusal not-found (a, b)
 */
export async function linkBetween({ db }: Ctx, { networkId, a, b }: LinkBetween): Promise<LinkBetweenAnswer> {
  const [ofA, ofB] = await Promise.all([
    linksAt(db, { networkId, peerId: a, field: 'a' }),
    linksAt(db, { networkId, peerId: b, field: 'b' }),
  ])
  const relays = await readRelaysOf(db, networkId, a)
  const relay = relays.find((one) => one.a === b || one.b === b)
  return { a: endTo(ofA, b), b: endTo(ofB, a), relay: relay ? relayBetween(relay, a) : null }
}

const relayBetween = ({ a, since, portA, refused, triedA, triedB }: SavedRelay, asked: number): RelayBetween => ({
  since,
  open: portA !== null,
  refused,
  tried: a === asked ? { a: triedA, b: triedB } : { a: triedB, b: triedA },
})

const endTo = ({ at, links }: PeerLinks, peer: number): LinkEnd => ({
  at,
  link: links.find((link) => link.peer === peer) ?? null,
})

async function linksAt(db: Db, at: { networkId: number; peerId: number; field: string }): Promise<PeerLinks> {
  const { networkId, peerId } = at
  const kind = await kindOfPeer(db, at)
  if (kind === 'device') return deviceLinks(db, networkId, peerId)
  return (await readLinks(db, networkId, [peerId])).get(peerId) ?? { at: null, links: [] }
}

/** A device has no agent that could tell: its tunnels are those that hubs have with it, seen from its end. */
async function deviceLinks(db: Db, networkId: number, peerId: number): Promise<PeerLinks> {
  const where = { networkId, kind: 'hub', deletedAt: null } as const
  const hubs = await asking(() => db.prisma.peer.findMany({ where, select: { id: true } }))
  const seen = await readLinks(
    db,
    networkId,
    hubs.map(({ id }) => id),
  )
  const links = [...seen].flatMap(([hub, { links: all }]) =>
    all
      .filter(({ peer }) => peer === peerId)
      .map((link) => ({ ...link, peer: hub, at: null, rx: link.tx, tx: link.rx })),
  )
  const at = [...seen.values()].map((one) => one.at).find((time) => time !== null) ?? null
  return { at, links }
}
