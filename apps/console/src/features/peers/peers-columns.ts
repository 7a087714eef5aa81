import type { Plan } from '~/features/network/plan.ts'
import { span } from '~/ui/format.ts'
import type { SortKey } from './peers-filter.ts'
import type { PeerRowView } from './peers-rows.ts'

/** How wide a screen has to be for a column to be there unasked: always, from 1280 px, from 1800 px. */
export type Tier = 'always' | 'wide' | 'huge'

export type Column = {
  readonly key: SortKey
  readonly head: string
  /** Said when the pointer rests on the head. */
  readonly note?: string
  readonly tier: Tier
  /** Of the least width, in pixels. A wider table gives each its share. */
  readonly width: number
  /** A number or a time: stands at the right, and the first click on the head puts the largest first. */
  readonly figure?: true
  /** What stands in an exported file: figures without units, times in ISO 8601. */
  readonly text: (row: PeerRowView) => string
}

const figure = { figure: true } as const

/** Every column that there is, in order. */
export const columns: readonly Column[] = [
  { key: 'name', head: 'Name', tier: 'always', width: 176, text: ({ peer }) => peer.name },
  { key: 'address', head: 'Address', tier: 'always', width: 128, text: ({ peer }) => peer.address },
  {
    key: 'address6',
    head: 'IPv6 address',
    note: 'Beside its IPv4 address',
    tier: 'wide',
    width: 152,
    text: ({ peer }) => peer.address6 ?? '',
  },
  { key: 'cidr', head: 'CIDR', tier: 'always', width: 104, text: ({ cidr }) => cidr },
  { key: 'kind', head: 'Kind', tier: 'wide', width: 68, text: ({ peer }) => peer.kind },
  { key: 'state', head: 'State', tier: 'always', width: 124, text: ({ state }) => state.word },
  {
    key: 'seen',
    head: 'Last seen',
    note: 'By its poll or its handshake, whichever came later',
    tier: 'huge',
    width: 88,
    ...figure,
    text: ({ heard }) => heard ?? '',
  },
  {
    key: 'handshake',
    head: 'Handshake',
    note: 'The last one with the hub',
    tier: 'always',
    width: 92,
    ...figure,
    text: ({ status }) => status?.handshakeAt ?? '',
  },
  {
    key: 'rx',
    head: 'Received',
    note: 'What the hub received from it',
    tier: 'wide',
    width: 84,
    ...figure,
    text: ({ status }) => String(status?.rx ?? ''),
  },
  {
    key: 'tx',
    head: 'Sent',
    note: 'What the hub sent to it',
    tier: 'wide',
    width: 84,
    ...figure,
    text: ({ status }) => String(status?.tx ?? ''),
  },
  {
    key: 'revision',
    head: 'Revision',
    note: 'The last one that it told it had applied',
    tier: 'huge',
    width: 80,
    ...figure,
    text: ({ status }) => String(status?.appliedRevision ?? ''),
  },
  {
    key: 'version',
    head: 'Version',
    note: 'Of its agent',
    tier: 'wide',
    width: 76,
    ...figure,
    text: ({ status }) => status?.version ?? '',
  },
  {
    key: 'endpoint',
    head: 'Endpoint',
    note: 'Where the hub sees it',
    tier: 'huge',
    width: 172,
    text: ({ status }) => status?.endpoint ?? '',
  },
]

/** The columns to show: those chosen, else those that the screen has room for. The name is always there. */
export function shownColumns(all: readonly Column[], chosen: readonly SortKey[] | null, screen: Tier): Column[] {
  const room: readonly Tier[] = screen === 'huge' ? ['always', 'wide', 'huge'] : ['always', screen]
  return all.filter(({ key, tier }) => key === 'name' || (chosen === null ? room.includes(tier) : chosen.includes(key)))
}

/** Every column that says something about a network: without IPv6 beside IPv4, the one of that does not. */
export const columnsOf = ({ plans }: Pick<Plan, 'plans'>): readonly Column[] => (plans.second ? columns : plain)

const plain = columns.filter(({ key }) => key !== 'address6')

/** An age in a cell: short, for a column of them. `ms` may be less than nothing by a hair, when clocks differ. */
export const shortAge = (ms: number): string => (ms < 1500 ? 'now' : span(ms))
