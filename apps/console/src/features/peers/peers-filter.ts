import { type PeerState, type StateWord, stateWords } from '~/features/network/presence.ts'

export const sortKeys = [
  'name',
  'address',
  'address6',
  'cidr',
  'kind',
  'state',
  'seen',
  'handshake',
  'rx',
  'tx',
  'revision',
  'version',
  'endpoint',
] as const
export type SortKey = (typeof sortKeys)[number]

/**
 * What the list shows. `q`: words, each of which is somewhere in the name, the address, the CIDR or the endpoint;
 * `within`: a subtree by its name; `state`: a word or a group of them. Empty means any.
 */
export type PeerFilter = {
  readonly q: string
  readonly within: string
  readonly kind: string
  readonly state: string
  readonly admin: string
  readonly version: string
  readonly sort: SortKey
  readonly down: boolean
}

/** The list as it is first seen. */
export const unfiltered: PeerFilter = {
  q: '',
  within: '',
  kind: '',
  state: '',
  admin: '',
  version: '',
  sort: 'address',
  down: false,
}

/** What of a filter leaves rows out; the order is no part of it. */
export const isNarrowed = ({ q, within, kind, state, admin, version }: PeerFilter): boolean =>
  [q.trim(), within, kind, state, admin, version].some((text) => text !== '')

/** Kinds that are not in rows: what runs innernet's own client, and a device that needs a new configuration. */
export const INNERNET = 'innernet'
export const STALE = 'stale'

/** Several words of state at once, by the name that stands in the address. */
export const stateGroups: Record<string, { label: string; words: readonly StateWord[] }> = {
  connected: { label: 'all connected', words: ['online', 'catching up', 'fault'] },
  'not-joined': { label: 'never joined', words: ['invited', 'invitation ended'] },
  away: { label: 'all away', words: ['offline', 'never seen'] },
}

/** Whether a state is the one asked for, by its word or by the name of a group. A word that does not exist lets all through. */
export function stateMatches(state: PeerState, asked: string): boolean {
  const group = stateGroups[asked]
  if (group) return group.words.includes(state.word)
  return !stateWords.some((word) => word === asked) || state.word === asked
}

const texts = ['q', 'within', 'kind', 'state', 'admin', 'version'] as const

/** The filter that the query of an address says. */
export function filterIn(params: URLSearchParams): PeerFilter {
  const filter = { ...unfiltered, down: params.get('down') === 'yes' }
  for (const key of texts) filter[key] = params.get(key) ?? ''
  filter.sort = sortKeys.find((key) => key === params.get('sort')) ?? unfiltered.sort
  return filter
}

/** Says a filter in the query of an address, beside whatever else stands there; what is usual is left out. */
export function withFilter(params: URLSearchParams, filter: PeerFilter): URLSearchParams {
  const next = new URLSearchParams(params)
  const say = (key: string, text: string) => (text === '' ? next.delete(key) : next.set(key, text))
  for (const key of texts) say(key, key === 'q' ? filter.q.trim() : filter[key])
  say('sort', filter.sort === unfiltered.sort ? '' : filter.sort)
  say('down', filter.down ? 'yes' : '')
  return next
}
