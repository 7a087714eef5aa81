'use client'

import { Ellipsis, X } from 'lucide-react'
import { useState } from 'react'
import type { Member } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { Button, IconButton } from '~/ui/button.tsx'
import { count } from '~/ui/format.ts'
import { Menu, MenuItem } from '~/ui/menu.tsx'
import { PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { DeleteManyDialog, EnableManyDialog, MoveManyDialog, NewKeysDialog, ReinviteManyDialog } from './dialogs.ts'
import type { ManyAction } from './peers-many.ts'

/** As many as the server takes in one change (packages/protocol, MANY_PEERS; not imported, for it brings all schemas). */
const MOST = 2000

const actions: readonly { action: ManyAction; name: string }[] = [
  { action: 'disable', name: 'Disable' },
  { action: 'enable', name: 'Enable' },
  { action: 'move', name: 'Move' },
  { action: 're-invite', name: 'Re-invite' },
  { action: 'renew', name: 'New keys' },
  { action: 'delete', name: 'Delete' },
]

type BarProps = {
  peers: readonly Member[]
  /** How many of them the filter does not show. */
  hidden: number
  onClear: () => void
}

/** What can be done to all selected peers. Stands below the list as long as any is selected. */
export function SelectionBar({ peers, hidden, onClear }: BarProps) {
  const [asked, ask] = useState<ManyAction | null>(null)
  const rights = useRights()
  const beside = useMedia(PANEL_BESIDE)
  const whyNot = rights.whyNot ?? (peers.length > MOST ? `At most ${count(MOST)} peers at once; select fewer` : null)
  return (
    <section
      aria-label="Selected peers"
      className="mt-auto flex min-h-12 shrink-0 items-center gap-2 border-t bg-panel px-3 py-1.5 nav:px-4"
    >
      <p aria-live="polite" className="mr-auto min-w-0">
        <span className="font-medium">{count(peers.length)} selected</span>
        {hidden > 0 && <span className="text-muted">, {count(hidden)} not in the list as filtered</span>}
      </p>
      {beside ? (
        actions.map(({ action, name }) => (
          <Button
            key={action}
            tone={action === 'delete' ? 'danger' : 'outline'}
            onClick={() => ask(action)}
            whyNot={whyNot}
          >
            {name}
          </Button>
        ))
      ) : (
        <Menu
          side="top"
          trigger={
            <Button>
              <Ellipsis aria-hidden /> Actions
            </Button>
          }
        >
          {actions.map(({ action, name }) => (
            <MenuItem key={action} danger={action === 'delete'} onSelect={() => ask(action)} whyNot={whyNot}>
              {name}
            </MenuItem>
          ))}
        </Menu>
      )}
      <IconButton name="Clear the selection" onClick={onClear}>
        <X />
      </IconButton>
      {asked && <Asked action={asked} peers={peers} onClose={() => ask(null)} onDone={onClear} />}
    </section>
  )
}

type AskedProps = { action: ManyAction; peers: readonly Member[]; onClose: () => void; onDone: () => void }

function Asked({ action, ...props }: AskedProps) {
  switch (action) {
    case 'disable':
      return <EnableManyDialog {...props} enabled={false} />
    case 'enable':
      return <EnableManyDialog {...props} enabled />
    case 'move':
      return <MoveManyDialog {...props} />
    case 're-invite':
      return <ReinviteManyDialog {...props} />
    case 'renew':
      return <NewKeysDialog {...props} />
    case 'delete':
      return <DeleteManyDialog {...props} />
  }
}
