'use client'

import { clsx } from 'clsx'
import { Check, FileWarning } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { MouseEvent, ReactNode } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'
import { exact } from '~/ui/ago.tsx'
import { useCopy } from '~/ui/copy.tsx'
import { bytes, count, endOf } from '~/ui/format.ts'
import { State, Tag } from '~/ui/tag.tsx'
import { shortAge } from './peers-columns.ts'
import type { SortKey } from './peers-filter.ts'
import type { PeerRowView } from './peers-rows.ts'

type CellProps = { row: PeerRowView; nowMs: number }

/** What stands in each column. */
export const cells: Record<SortKey, (props: CellProps) => ReactNode> = {
  name: NameCell,
  address: ({ row }) => <CopyCell text={row.peer.address} what="address" />,
  address6: ({ row }) =>
    row.peer.address6 === null ? (
      <None />
    ) : (
      <CopyCell text={row.peer.address6} room={ADDRESS_ROOM} what="IPv6 address" />
    ),
  cidr: ({ row }) => row.cidr,
  kind: ({ row }) => row.peer.kind,
  state: ({ row }) => <State tone={row.state.tone}>{row.state.word}</State>,
  seen: ({ row, nowMs }) => <Age at={row.heard} nowMs={nowMs} />,
  handshake: ({ row, nowMs }) => <Age at={row.status?.handshakeAt ?? null} nowMs={nowMs} />,
  rx: ({ row }) => traffic(row.status?.rx),
  tx: ({ row }) => traffic(row.status?.tx),
  revision: RevisionCell,
  version: ({ row }) => row.status?.version ?? <None />,
  endpoint: ({ row }) => (row.status?.endpoint ? <CopyCell text={row.status.endpoint} what="endpoint" /> : <None />),
}

/** The name, as a link that covers its row. */
export function NameCell({ row: { peer, innernet, stale } }: Pick<CellProps, 'row'>) {
  const { plan } = useNetwork()
  const router = useRouter()
  const href = to.peer({ network: plan.network.name, peer: peer.id })
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.push(href)
  }
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {/* Plainer than Link, of which a list that scrolls would make and drop dozens for each frame. */}
      <a
        href={href}
        onClick={follow}
        // The list is one stop of the Tab key; its own keys open a row.
        tabIndex={-1}
        className="truncate font-medium after:absolute after:inset-0"
      >
        {peer.name}
      </a>
      {peer.kind === 'hub' && <Tag>hub</Tag>}
      {peer.isAdmin && <Tag>admin</Tag>}
      {innernet && <Tag>innernet</Tag>}
      {stale.length > 0 && <StaleTag lines={stale} />}
    </span>
  )
}

/** Marks a device whose configuration is out of date; why, on hover, and read out. */
function StaleTag({ lines }: { lines: PeerRowView['stale'] }) {
  const why = lines.map(({ reason }) => reason).join(' ')
  return (
    <span
      title={why}
      className="relative z-1 inline-flex items-center gap-1 text-xs whitespace-nowrap text-relayed-ink"
    >
      <FileWarning aria-hidden className="size-3.5" />
      <span className="sr-only">Configuration out of date: {why}</span>
    </span>
  )
}

/** As many characters as the column of IPv6 addresses has room for. */
const ADDRESS_ROOM = 17

/** A text above the row's link, which a click copies. Plainer than CopyText: a list scrolls past thousands of them. */
function CopyCell({ text, what, room = text.length }: { text: string; what: string; room?: number }) {
  const [copied, copy] = useCopy(text)
  return (
    <button
      type="button"
      tabIndex={-1}
      title={copied ? 'Copied' : `Copy ${what}${room < text.length ? ` ${text}` : ''}`}
      aria-label={`Copy ${what} ${text}`}
      onClick={copy}
      className={clsx(
        'relative z-1 inline-flex max-w-full items-center gap-1 hover:text-accent',
        copied && 'text-online-ink',
      )}
    >
      <span className="mono truncate">{endOf(text, room)}</span>
      {copied && <Check aria-label="Copied" className="size-3 shrink-0" />}
    </button>
  )
}

/** How long ago; the exact time on hover. */
export function Age({ at, nowMs }: { at: string | null; nowMs: number }) {
  if (!at) return <None />
  return (
    <time dateTime={at} title={exact(at)} className="relative z-1">
      {shortAge(nowMs - Date.parse(at))}
    </time>
  )
}

function RevisionCell({ row: { status } }: Pick<CellProps, 'row'>) {
  if (typeof status?.appliedRevision !== 'number') return <None />
  if (status.current !== false) return count(status.appliedRevision)
  return (
    <span title="It has not applied everything that concerns it yet" className="relative z-1 text-relayed-ink">
      behind · {count(status.appliedRevision)}
    </span>
  )
}

const traffic = (figure: number | undefined): ReactNode => (figure ? bytes(figure) : <None />)

/** Stands where there is nothing to tell. */
function None() {
  return <span className="text-muted">–</span>
}
