import type { Link } from '@warren/protocol'
import type { Member } from '~/features/network/plan.ts'
import { bytes, counted } from '~/ui/format.ts'
import type { Question, Step, Told } from './chain.ts'
import { relayReason, triedBefore, whyNotRelayed } from './relay-words.ts'

/** WireGuard drops a session this long after its handshake (REJECT_AFTER_TIME). */
const REJECT_AFTER_MS = 180_000

/** What is known of the wire between the two, whoever saw it. */
type Wire = {
  readonly live: boolean
  readonly relayed: boolean
  /** The last handshake in milliseconds; null when there never was one. */
  readonly shakenMs: number | null
  /** Whether anybody can tell at all. */
  readonly told: boolean
}

/** The path that packets take, or what was tried to find one. */
export function pathStep(question: Question): Step {
  const { a, b, between } = question
  if (viaHub(question)) return hubPath(question)
  const ends = endsOf(question)
  const wire = wireOf(question)
  if (between === null) return { key: 'path', state: 'idle', title: 'Looking for the path…', details: [] }
  if (!wire.told) return untold(question)
  if (!wire.live) return noPath(question)
  if (wire.relayed) {
    const tried = triedBefore(question, between.relay)
    return {
      key: 'path',
      state: 'relayed',
      title: 'Relayed by a hub',
      details: relayReason(question),
      endpoints: [
        ...ends.flatMap(({ other, link }) => inUse(other, link)),
        ...(tried.length > 0 ? tried : ends.flatMap(({ other, link }) => known(other, link, question))),
      ],
    }
  }
  const hub = [a, b].find((peer) => peer.kind === 'hub')
  return {
    key: 'path',
    state: 'ok',
    title: 'Direct',
    details: [hub ? `Straight to ${hub.name}.` : 'Straight from one to the other.'],
    endpoints: ends.flatMap(({ other, link }) => inUse(other, link)),
  }
}

/** When both sides last shook hands, and what has passed since. */
export function handshakeStep(question: Question): Step {
  const { nowMs, between, a, b } = question
  const wire = wireOf(question)
  if (between === null && wire.shakenMs === null)
    return { key: 'handshake', state: 'idle', title: 'Looking…', details: [] }
  if (wire.shakenMs === null && !wire.told) {
    const details = [`Neither ${a.name} nor ${b.name} has told of a handshake with the other.`]
    return { key: 'handshake', state: 'idle', title: 'No handshake told yet', details }
  }
  if (wire.shakenMs === null) {
    return {
      key: 'handshake',
      state: 'broken',
      title: 'No handshake ever',
      details: [`${a.name} and ${b.name} have never shaken hands.`],
    }
  }
  const at = new Date(wire.shakenMs).toISOString()
  const fresh = wire.live || nowMs - wire.shakenMs < REJECT_AFTER_MS
  const title = fresh ? 'Handshake' : 'Last handshake'
  const details = fresh ? trafficTold(question) : [`${a.name} and ${b.name} last shook hands at ${question.clock(at)}.`]
  return { key: 'handshake', state: fresh ? 'ok' : 'broken', title, at, details }
}

/** A device has its hub as its only peer, so that every pair of it runs through there, decrypted on the way. */
const viaHub = ({ a, b }: Question): boolean =>
  [a, b].some((peer) => peer.kind === 'device') && [a, b].every((peer) => peer.kind !== 'hub')

function hubPath(question: Question): Step {
  const sides = [question.a, question.b]
  const silent = sides.find((peer) => !shakesWithHub(peer, question))
  const endpoints = sides.flatMap((peer) => {
    const text = question.presence.status(peer.id)?.endpoint
    return text ? [{ text, note: `${peer.name}, seen by the hub` }] : []
  })
  if (silent) {
    return {
      key: 'path',
      state: 'broken',
      title: 'No path to the hub',
      details: [`${silent.name} has no session with the hub, through which this pair runs.`],
      endpoints,
    }
  }
  return {
    key: 'path',
    state: 'relayed',
    title: 'Through the hub',
    details: ['A device knows only its hub, which forwards for it what is allowed.'],
    endpoints,
  }
}

function shakesWithHub(peer: Member, { presence, nowMs }: Question): boolean {
  const status = presence.status(peer.id)
  return (
    Boolean(status?.online) || (status?.handshakeAt ? nowMs - Date.parse(status.handshakeAt) < REJECT_AFTER_MS : false)
  )
}

function untold({ a, b, presence }: Question): Step {
  const there = [a, b].every((peer) => presence.state(peer).online)
  return {
    key: 'path',
    state: there ? 'waiting' : 'idle',
    title: 'Path unknown',
    details: [`Neither ${a.name} nor ${b.name} has told of a tunnel to the other yet.`],
  }
}

function noPath(question: Question): Step {
  const { a, b } = question
  const tried = endsOf(question).flatMap(({ other, link }) =>
    (link?.tried ?? []).map((text) => ({ text, note: `of ${other.name}, tried` })),
  )
  const what =
    tried.length > 0
      ? `${counted(tried.length, 'endpoint')} tried, none answered`
      : 'no endpoint of the other side is known to either'
  return {
    key: 'path',
    state: 'broken',
    title: 'No path',
    details: [`${a.name} and ${b.name} find no path to each other: ${what}.`, ...whyNotRelayed(question)],
    endpoints: tried,
  }
}

type End = { readonly self: Member; readonly other: Member; readonly link: Link | null; readonly told: Told | null }

const endsOf = ({ a, b, between }: Question): readonly End[] => [
  { self: a, other: b, link: between?.a.link ?? null, told: between?.a ?? null },
  { self: b, other: a, link: between?.b.link ?? null, told: between?.b ?? null },
]

const inUse = (other: Member, link: Link | null) =>
  link?.at
    ? [{ text: link.at, note: link.via === 'relay' ? `relay towards ${other.name}` : `${other.name}, in use` }]
    : []

/** The endpoints by which a peer could have been reached, and was not. */
function known(other: Member, link: Link | null, { presence }: Question) {
  const status = presence.status(other.id)
  const all = [other.endpointOverride, status?.endpoint, ...(status?.candidates ?? [])]
  const texts = new Set(all.filter((text): text is string => Boolean(text) && text !== link?.at))
  return [...texts].map((text) => ({ text, note: `${other.name}, not answering` }))
}

function wireOf(question: Question): Wire {
  const links = endsOf(question).flatMap(({ link }) => link ?? [])
  const seen = hubSees(question)
  const shaken = [...links.map((link) => link.shaken * 1000), ...seen].filter((ms) => ms > 0)
  const live = links.filter((link) => link.live)
  const seenLive = seen.some((ms) => question.nowMs - ms < REJECT_AFTER_MS)
  return {
    live: live.length > 0 || seenLive,
    relayed: live.some((link) => link.via === 'relay'),
    shakenMs: shaken.length > 0 ? Math.max(...shaken) : null,
    told: links.length > 0 || seen.length > 0,
  }
}

/** What the hub itself observes, where it is one of the two ends, or where the tunnel runs through it. */
function hubSees(question: Question): number[] {
  const { a, b, presence } = question
  const through = viaHub(question)
  const hub = [a, b].some((peer) => peer.kind === 'hub')
  if (!through && !hub) return []
  const times = [a, b].flatMap((peer) => {
    const at = peer.kind === 'hub' ? null : presence.status(peer.id)?.handshakeAt
    return at ? [Date.parse(at)] : []
  })
  // Through the hub the pair is as fresh as the staler of its two legs.
  return through ? (times.length === 2 ? [Math.min(...times)] : []) : times
}

function trafficTold(question: Question): string[] {
  const told = endsOf(question).flatMap(({ self, other, link }) =>
    link && link.rx + link.tx > 0
      ? [`${self.name} received ${bytes(link.rx)} from ${other.name} and sent ${bytes(link.tx)}.`]
      : [],
  )
  return told.slice(0, 1)
}
