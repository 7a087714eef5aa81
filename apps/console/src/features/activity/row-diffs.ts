import type { Change, Handed, RowKind } from '@warren/protocol'
import type { Names } from './sentence.ts'

/** A field's value as people read it; `mono` for addresses, prefixes and keys. Null where there was or is none. */
export type FieldDiff = {
  readonly field: string
  readonly before: string | null
  readonly after: string | null
  readonly mono: boolean
}

/** What a change did to one row. A deleted peer leaves a tombstone, which is as gone as a row that is not there. */
export type RowDiff = {
  readonly key: string
  readonly noun: string
  readonly name: string
  readonly how: 'added' | 'removed' | 'changed'
  readonly fields: readonly FieldDiff[]
}

const kinds = ['networks', 'cidrs', 'peers', 'associations', 'invitations'] as const satisfies readonly RowKind[]

/** Every row that a change touched, with the fields that differ, or all that say something of one that came or went. */
export function rowDiffs({ before, after }: Pick<Change, 'before' | 'after'>, names: Names): RowDiff[] {
  return kinds.flatMap((kind) => {
    const old = new Map<number, Row>(before[kind].map((row) => [row.id, row]))
    const now = new Map<number, Row>(after[kind].map((row) => [row.id, row]))
    return [...new Set([...old.keys(), ...now.keys()])].map((id) =>
      rowDiff({ kind, id, was: old.get(id), is: now.get(id), names }),
    )
  })
}

type Row = { readonly id: number } & Readonly<Record<string, unknown>>
type Pair = { kind: (typeof kinds)[number]; id: number; was: Row | undefined; is: Row | undefined; names: Names }

function rowDiff({ kind, id, was, is, names }: Pair): RowDiff {
  const gone = was && (!is || (isLive(was) && !isLive(is)))
  const back = is && (!was || (!isLive(was) && isLive(is)))
  const how = gone ? 'removed' : back ? 'added' : 'changed'
  const shown = how === 'removed' ? { was, is: undefined } : how === 'added' ? { was: undefined, is } : { was, is }
  // Of what came or went, the heading names it.
  const told = Object.keys(shown.is ?? shown.was ?? {}).filter((field) => how === 'changed' || field !== 'name')
  const fields = told.flatMap((field) => fieldDiff(field, { ...shown, names }))
  return { key: `${kind} ${id}`, noun: nouns[kind], name: nameOf(kind, is ?? was, names), how, fields }
}

const isLive = (row: Row): boolean => row.deletedAt === undefined || row.deletedAt === null

const nouns: Record<(typeof kinds)[number], string> = {
  networks: 'Network',
  cidrs: 'CIDR',
  peers: 'Peer',
  associations: 'Association',
  invitations: 'Invitation',
}

function nameOf(kind: Pair['kind'], row: Row | undefined, names: Names): string {
  if (!row) return ''
  if (kind === 'associations') return `${names.cidr(Number(row.a))} – ${names.cidr(Number(row.b))}`
  return kind === 'invitations' ? `of ${names.peer(Number(row.peerId))}` : String(row.name)
}

/** What the row's heading says already, and what says nothing to a person. */
const untold = new Set(['id', 'a', 'b', 'peerId', 'deletedAt', 'rotations', 'movedRevision'])

function fieldDiff(field: string, { was, is, names }: { was: Row | undefined; is: Row | undefined; names: Names }) {
  if (untold.has(field)) return []
  const [before, after] = [was, is].map((row) => (row === undefined ? null : spoken(field, row[field], names)))
  const [old = null, now = null] = [before, after]
  if (old === now) return []
  // Of a row that came or went, what is empty or usual says nothing.
  const alone = was && is ? undefined : ((is ?? was)?.[field] ?? null)
  if (alone === null || alone === false || (alone === true && field === 'enabled')) return []
  return [{ field: fieldNames[field] ?? field, before: old, after: now, mono: monos.has(field) }]
}

/** Names of fields as people call them; what is not here is told by its own name. */
const fieldNames: Readonly<Record<string, string>> = {
  parentId: 'inside',
  cidrId: 'CIDR',
  prefix6: 'IPv6 prefix',
  address6: 'IPv6 address',
  publicKey: 'public key',
  temporaryKey: 'temporary key',
  isAdmin: 'admin over the mesh',
  listenPort: 'listen port',
  apiPort: 'API port',
  endpointOverride: 'endpoint set by hand',
  handed: 'configuration',
  invitationHours: 'hours an invitation lives',
  keepaliveS: 'seconds of the keepalive',
  rotateDays: 'days until a new key',
  endpointBefore: 'endpoint of before',
  listenPortBefore: 'listen port of before',
  pollHoldS: 'seconds a poll is held',
  pollEveryS: 'seconds between polls that are not held',
  keySince: 'key since',
  rotateAskedAt: 'new key asked for',
  incarnation: 'times invited anew',
  redeemedAt: 'joined',
  createdAt: 'made',
  expiresAt: 'expires',
  revokedAt: 'ended',
}

const monos = new Set([
  'prefix',
  'prefix6',
  'address',
  'address6',
  'publicKey',
  'temporaryKey',
  'endpoint',
  'endpointBefore',
  'endpointOverride',
  'interface',
])

function spoken(field: string, value: unknown, names: Names): string {
  if (value === null || value === undefined) return 'none'
  if (field === 'cidrId' || field === 'parentId') return names.cidr(Number(value))
  if (field === 'publicKey' || field === 'temporaryKey') return shortKey(String(value))
  if (field === 'handed') return handedText(value as Handed)
  if (field.endsWith('At') || field === 'keySince') return moment(String(value))
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

/** What a device's configuration says, in a line. */
const handedText = ({ address, address6, allowed, endpoint, hubKey }: Handed): string =>
  `${[address, ...(address6 === null ? [] : [address6])].join(' and ')} to ${allowed.join(' and ')} by ${endpoint}, ${shortKey(hubKey)}`

/** Enough of a key to tell two apart. */
const shortKey = (key: string): string => (key.length > 16 ? `${key.slice(0, 8)}…${key.slice(-4)}` : key)

const moment = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
