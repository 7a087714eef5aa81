'use client'

import { Search } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { AddPeerDialog } from '~/features/peers/dialogs.ts'
import type { PaletteDialog } from './actions.ts'

// Loaded when it is first opened: most visits never do.
const JumpDialog = dynamic(() => import('./jump-dialog.tsx').then((module) => module.JumpDialog), { ssr: false })
const AssociateDialog = dynamic(() =>
  import('~/features/access/associate-dialog.tsx').then((module) => module.AssociateDialog),
)

/** The field that goes anywhere: click it, or press ⌘K or Ctrl-K. */
export function Jump() {
  const [open, setOpen] = useState(false)
  const [dialog, setDialog] = useState<PaletteDialog | null>(null)
  const { plan } = useNetwork()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="flex h-7 items-center gap-2 rounded-md border bg-card px-1.5 text-muted hover:bg-panel panel:w-60 panel:px-2"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="sr-only flex-1 text-left panel:not-sr-only">Jump to a peer or CIDR</span>
        <kbd aria-hidden className="hidden font-sans text-sm panel:block">
          ⌘K
        </kbd>
      </button>
      {open && <JumpDialog onClose={() => setOpen(false)} onOpen={setDialog} />}
      {dialog === 'add-peer' && <AddPeerDialog cidrId={plan.tree.root.id} onClose={() => setDialog(null)} />}
      {dialog === 'associate' && <AssociateDialog onClose={() => setDialog(null)} />}
    </>
  )
}
