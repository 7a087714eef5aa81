'use client'

import { Columns3, Download } from 'lucide-react'
import { download } from '~/features/invitations/download.ts'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { IconButton } from '~/ui/button.tsx'
import { Menu, MenuCheck, MenuItem, MenuLine } from '~/ui/menu.tsx'
import { PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { type Column, columnsOf } from './peers-columns.ts'
import { csvOf } from './peers-csv.ts'
import type { SortKey } from './peers-filter.ts'
import { rowOf } from './peers-rows.ts'

type ToolsProps = {
  peers: readonly Member[]
  columns: readonly Column[]
  chosen: boolean
  onChoose: (keys: readonly SortKey[] | null) => void
}

/** What can be done with the list itself: which columns it has, and taking it along as a file. */
export function PeersTools({ peers, columns, chosen, onChoose }: ToolsProps) {
  const { plan, presence } = useNetwork()
  const table = useMedia(PANEL_BESIDE)
  const save = () => {
    const rows = peers.map((peer) => rowOf(plan, presence, peer))
    download(`${plan.network.name}-peers.csv`, csvOf(rows, columnsOf(plan)))
  }
  return (
    <div className="flex items-center">
      {table && <ColumnsMenu columns={columns} chosen={chosen} onChoose={onChoose} />}
      <IconButton
        name="Export the list as CSV"
        whyNot={peers.length === 0 ? 'There is nothing to export' : null}
        onClick={save}
      >
        <Download />
      </IconButton>
    </div>
  )
}

function ColumnsMenu({ columns, chosen, onChoose }: Omit<ToolsProps, 'peers'>) {
  const { plan } = useNetwork()
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
      {columnsOf(plan).map(({ key, head }) => (
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
