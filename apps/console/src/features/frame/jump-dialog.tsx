'use client'

import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { useMemo, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { Dialog } from '~/ui/dialog.tsx'
import { type Action, matching, type PaletteDialog, useActions } from './actions.ts'
import { type Goal, goalsOf, search } from './goals.ts'

type JumpDialogProps = { onClose: () => void; onOpen: (dialog: PaletteDialog) => void }

const row = 'flex cursor-pointer items-baseline gap-3 rounded-md px-2 py-1.5 data-[selected=true]:bg-accent-ground'

/** Finds peers, CIDRs, pages and actions by name or address; Enter goes there, or does it. */
export function JumpDialog({ onClose, onOpen }: JumpDialogProps) {
  const { plan } = useNetwork()
  const router = useRouter()
  const [text, setText] = useState('')
  const goals = useMemo(() => goalsOf(plan), [plan])
  const found = useMemo(() => search(goals, text), [goals, text])
  const actions = matching(useActions(onOpen), text)
  const perform = (action: Action) => {
    onClose()
    action.run()
  }
  const go = (goal: Goal) => {
    onClose()
    router.push(goal.href)
  }
  return (
    <Dialog open onClose={onClose} title="Jump to">
      <Command shouldFilter={false} label="Jump to" className="-m-1 grid gap-2">
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder="A name, an address, a prefix, or what to do"
          className="h-8 rounded-md border border-edge/60 bg-card px-2.5"
        />
        <Command.List className="max-h-80 overflow-y-auto">
          <Command.Empty className="px-2 py-6 text-center text-muted">Nothing is called that.</Command.Empty>
          {found.map((goal) => (
            <Command.Item key={goal.key} value={goal.key} onSelect={() => go(goal)} className={row}>
              <span className="truncate font-medium">{goal.name}</span>
              <span className="mono truncate text-muted">{goal.detail}</span>
              <span className="ml-auto shrink-0 text-sm text-muted">{goal.kind}</span>
            </Command.Item>
          ))}
          {actions.map((action) => (
            <Command.Item key={action.name} value={action.name} onSelect={() => perform(action)} className={row}>
              <span className="truncate font-medium">{action.name}</span>
              <span className="ml-auto shrink-0 text-sm text-muted">action</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  )
}
