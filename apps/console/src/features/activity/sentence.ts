import type { Change, NetworkRow, PeerRow, Rows } from '@warren/protocol'
import {
  addressesOf,
  cidrCreated,
  cidrDeleted,
  cidrEdited,
  ipv6Added,
  ipv6Removed,
  namesOf,
  prefixesOf,
} from './cidr-sentences.ts'

/** Names of what a change refers to without touching it: its rows hold only the ids. */
export type Names = { cidr: (id: number) => string; peer: (id: number) => string }

/**
 * What was done, as the rest of a sentence that begins with who did it: "moved cam-3 from iot to lab, 10.42.3.7 →
 * 10.42.4.2". Everything comes from the rows before and after, except for names of what they only refer to, and for the
 * change that another takes back.
 */
export function sentenceOf(change: Change, names: Names, undone?: Change): string {
  const { before, after, kind } = change
  const rows = { before, after, names }
  switch (kind) {
    case 'network.created':
      return `made the network ${after.networks[0]?.name ?? ''}, ${prefixesOf(after.cidrs[0])}`
    case 'network.edited':
      return networkEdited(before.networks[0], after.networks[0])
    case 'cidr.created':
      return cidrCreated(rows)
    case 'cidr.edited':
      return cidrEdited(before.cidrs[0], after.cidrs[0])
    case 'cidr.deleted':
      return cidrDeleted(rows)
    case 'association.created':
      return `associated ${pairOf(after, names)}`
    case 'association.deleted':
      return `removed the association ${pairOf(before, names)}`
    case 'cidr.split':
      return `split ${parentOf(after, names)} into ${namesOf(after.cidrs)}`
    case 'cidr.ipv6-added':
      return ipv6Added(after)
    case 'cidr.ipv6-removed':
      return ipv6Removed(before)
    case 'hub.key-set':
      return 'took over the key that the hub made'
    case 'change.undone':
      return `undid revision ${change.undoes ?? ''}${quoted(undone, names)}`
    case 'change.reverted':
      return `took back revision ${change.undoes ?? ''}, ${trialOf(change)}${quoted(undone, names)}`
    default:
      return peerSentence(kind, rows)
  }
}

/** Who did something, at the beginning of a sentence: what the console does by itself, it does under its own name. */
export const whoDid = ({ kind, name }: Change['actor']): string =>
  kind === 'system' && (name === 'trial' || name === 'schedule') ? 'Warren' : name

/** A trial ends by itself, or a person ends it. */
const trialOf = ({ actor }: Change): string =>
  actor.kind === 'system' ? 'which nobody had confirmed' : 'which was on trial'

/** What an earlier change had done, in its own words and with who did it. */
const quoted = (change: Change | undefined, names: Names): string =>
  change ? `: ${whoDid(change.actor)} ${sentenceOf(change, names)}` : ''

type Told = { before: Rows; after: Rows; names: Names }
type PeerKind = Exclude<
  Change['kind'],
  `network.${string}` | `cidr.${string}` | `association.${string}` | `change.${string}` | 'hub.key-set'
>

function peerSentence(kind: PeerKind, { before, after, names }: Told): string {
  const was = before.peers[0]
  const is = after.peers[0]
  const name = (is ?? was)?.name ?? invitedName(before, after, names)
  switch (kind) {
    case 'peer.created':
      return after.peers.length > 1
        ? `added ${namesOf(after.peers)}`
        : `added ${name}${is ? ` in ${placeOf(is, names)}, ${addressesOf(is)}` : ''}`
    case 'peer.renamed':
      return `renamed ${was?.name ?? ''} to ${name}`
    case 'peer.moved':
      return was && is ? movedSentence(was, is, names) : `moved ${name}`
    case 'peer.edited':
      return peerEdited(was, is)
    case 'peer.disabled':
      return `disabled ${name}`
    case 'peer.enabled':
      return `enabled ${name}`
    case 'peer.deleted':
      return `deleted ${name}, ${was ? addressesOf(was) : ''}`
    case 'peers.disabled':
      return `disabled ${namesOf(after.peers)}`
    case 'peers.enabled':
      return `enabled ${namesOf(after.peers)}`
    case 'peers.moved':
      return `moved ${namesOf(after.peers)}${is ? ` to ${placeOf(is, names)}` : ''}`
    case 'peers.deleted':
      return `deleted ${namesOf(before.peers)}`
    case 'peers.rotation-asked':
      return `asked ${namesOf(after.peers)} for ${after.peers.length === 1 ? 'a new key' : 'new keys'}`
    case 'peers.invited':
      return `invited ${[...new Set(after.invitations.map((row) => names.peer(row.peerId)))].join(', ')} again`
    case 'peer.redeemed':
      return `joined as ${name}`
    case 'peer.key-rotated':
      return `changed the key of ${name}`
    case 'address.released':
      return `released ${was ? addressesOf(was) : ''}, which belonged to ${name}`
    case 'invitation.created':
      return is?.kind === 'device' ? `gave ${name} a new configuration` : `invited ${name} again`
    case 'invitation.revoked':
      return `revoked the invitation of ${name}`
  }
}

/** Where the hub was before is told by where it goes; and when it is forgotten. */
function networkEdited(was: NetworkRow | undefined, is: NetworkRow | undefined): string {
  if (!was || !is) return 'changed the network'
  const told = differences({ ...was, ...unmoved }, { ...is, ...unmoved })
  if (told.length > 0) return `changed the network: ${told.join(', ')}`
  const places = [was.endpointBefore, was.listenPortBefore === null ? null : `UDP port ${was.listenPortBefore}`]
  const forgotten = places.filter((place) => place !== null).join(', ')
  return is.movedRevision === null && forgotten !== ''
    ? `ended the move of the hub: ${forgotten} is forgotten`
    : 'changed the network: nothing'
}

const unmoved = { endpointBefore: null, listenPortBefore: null, movedRevision: null }

function peerEdited(was: PeerRow | undefined, is: PeerRow | undefined): string {
  if (!was || !is) return 'changed a peer'
  const parts = [
    ...(was.isAdmin === is.isAdmin
      ? []
      : [
          is.isAdmin ? `made ${is.name} an admin over the mesh` : `took the admin rights over the mesh from ${is.name}`,
        ]),
    ...(was.endpointOverride === is.endpointOverride ? [] : [endpointSet(is)]),
    ...(was.pollHoldS === is.pollHoldS && was.pollEveryS === is.pollEveryS ? [] : [pollingSet(is)]),
    ...(isAlike(was.handed, is.handed) ? [] : [`noted that the configuration of ${is.name} was changed by hand`]),
  ]
  return parts.join(' and ') || `changed ${is.name}: ${differences(was, is).join(', ') || 'nothing'}`
}

const endpointSet = ({ name, endpointOverride }: PeerRow): string =>
  endpointOverride === null
    ? `left the endpoint of ${name} to be found`
    : `set the endpoint of ${name} by hand, ${endpointOverride}`

function pollingSet({ name, pollHoldS, pollEveryS }: PeerRow): string {
  if (pollEveryS !== null) return `made ${name} ask every ${pollEveryS} s instead of waiting`
  return pollHoldS === null
    ? `left it to the network how ${name} polls`
    : `had the polls of ${name} held for ${pollHoldS} s`
}

const parentOf = ({ cidrs: [child] }: Rows, names: Names): string =>
  typeof child?.parentId === 'number' ? names.cidr(child.parentId) : 'a CIDR'

function movedSentence(was: PeerRow, is: PeerRow, names: Names): string {
  const pairs = [
    [was.address, is.address],
    [was.address6, is.address6],
  ].filter(([old, now]) => old !== now)
  const addresses = pairs.map(([old, now]) => `, ${old ?? 'none'} → ${now ?? 'none'}`).join('')
  if (was.cidrId === is.cidrId) return `gave ${is.name} another address${addresses}`
  return `moved ${is.name} from ${placeOf(was, names)} to ${placeOf(is, names)}${addresses}`
}

const placeOf = (peer: PeerRow, names: Names): string => (peer.cidrId === null ? 'nowhere' : names.cidr(peer.cidrId))

function pairOf(rows: Rows, names: Names): string {
  const [pair] = rows.associations
  return pair ? `${names.cidr(pair.a)} – ${names.cidr(pair.b)}` : ''
}

/** An invitation's row names its peer by id only. */
const invitedName = (before: Rows, after: Rows, names: Names): string => {
  const invitation = after.invitations[0] ?? before.invitations[0]
  return invitation ? names.peer(invitation.peerId) : 'a peer'
}

/** Names of fields as people call them; what is not here is told by its own name. */
const fieldNames: Record<string, string> = {
  endpoint: 'endpoint',
  invitationHours: 'hours an invitation lives',
  keepaliveS: 'seconds of the keepalive',
  rotateDays: 'days until a new key',
  listenPort: 'UDP port of the hub',
  relay: 'relaying',
  dns: 'names by DNS',
  pollHoldS: 'seconds a poll is held',
  pollEveryS: 'seconds between polls that are not held',
}

/** The fields in which two rows differ, each with its value before and after. */
export function differences(was: object | undefined, is: object | undefined): string[] {
  if (!was || !is) return []
  const old = new Map(Object.entries(was))
  return Object.entries(is)
    .filter(([field, value]) => !isAlike(old.get(field), value))
    .map(([field, value]) => `${fieldNames[field] ?? field} ${spoken(old.get(field))} → ${spoken(value)}`)
}

/** Some fields are lists or small records, which are told apart by what they say. */
const isAlike = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const spoken = (value: unknown): string => {
  if (value === null || value === undefined) return 'none'
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
