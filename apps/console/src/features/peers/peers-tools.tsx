'use client'

import { Columns3, Download } from 'lucide-react'
import { download } from '~/features/invitations/download.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { IconButton } from '~/ui/button.tsx'
import { Menu, MenuCheck, MenuItem, MenuLine } from '~/ui/menu.tsx'
import { PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { columns as all, type Column } from './peers-columns.ts'
import { csvOf } from './peers-csv.ts'
import type { SortKey } from './peers-filter.ts'
import type { PeerRowView } from './peers-rows.ts'

type ToolsProps = {
  rows: readonly PeerRowView[]
  columns: readonly Column[]
  chosen: boolean
  onChoose: (keys: readonly SortKey[] | null) => void
}

/** What can be done with the list itself: which columns it has, and taking it along as a file. */
export function PeersTools({ rows, columns, chosen, onChoose }: ToolsProps) {
  const { network } = useNetwork().plan
  const table = useMedia(PANEL_BESIDE)
  return (
    <div className="flex items-center">
      {table && <ColumnsMenu columns={columns} chosen={chosen} onChoose={onChoose} />}
      <IconButton
        name="Export the list as CSV"
        whyNot={rows.length === 0 ? 'There is nothing to export' : null}
        onClick={() => download(`${network.name}-peers.csv`, csvOf(rows))}
      >
        <Download />
      </IconButton>
    </div>
  )
}

function ColumnsMenu({ columns, chosen, onChoose }: Omit<ToolsProps, 'rows'>) {
  const shown = columns.map((column) => column.key)
  const toggle = (key: SortKey) => onChoose(shown.includes(key) ? shown.filter((one) => one !== key) : [...shown, key])
  return (
    <Menu
      trigger={
        <IconButton name="Columns">
          <Columns3 />
        </IconButton>
      }
    >
      {all.map(({ key, head }) => (
        <MenuCheck
          key={key}
          checked={shown.includes(key)}
          onChange={() => toggle(key)}
          whyNot={key === 'name' ? 'Always there' : null}
        >
          {head}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuItem onSelect={() => onChoose(null)} whyNot={chosen ? null : 'As it is now'}>
        As many as fit
      </MenuItem>
    </Menu>
  )
}
