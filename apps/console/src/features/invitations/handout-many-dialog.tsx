'use client'

import { Check, Download, KeyRound } from 'lucide-react'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { exact } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { count, counted } from '~/ui/format.ts'
import { download } from './download.ts'
import { HandoutDialog, type Invited } from './handout-dialog.tsx'
import { tarOf } from './tar.ts'

/** As many as are listed; the archive has all. */
const LISTED = 200

/** Many invitations, shown once: all in one archive, or one by one. Their private keys are dropped with this dialog. */
export function HandoutManyDialog({ invited, onClose }: { invited: readonly Invited[]; onClose: () => void }) {
  const { plan } = useNetwork()
  const [shown, show] = useState<Invited | null>(null)
  const [saved, setSaved] = useState<ReadonlySet<number>>(new Set())
  const network = plan.network.name
  const expiresAt = invited.find((one) => one.expiresAt !== null)?.expiresAt
  const joined = invited.filter(
    ({ peerId, handout }) => handout.kind === 'agent' && plan.member(peerId)?.redeemedAt,
  ).length
  const save = (one: Invited) => {
    download(one.handout.fileName, one.handout.file)
    setSaved(new Set([...saved, one.peerId]))
  }
  const saveAll = () => {
    download(`${network}-invitations.tar`, archiveOf(network, invited))
    setSaved(new Set(invited.map((one) => one.peerId)))
  }
  return (
    <Dialog
      open
      wide
      sticky
      onClose={onClose}
      title={counted(invited.length, 'invitation')}
      description={expiresAt ? `Each works once, until ${exact(expiresAt)}.` : 'Each for one device.'}
    >
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center gap-3">
          <Button tone="solid" onClick={saveAll}>
            <Download aria-hidden /> Save all as {network}-invitations.tar
          </Button>
          <p aria-live="polite" className="text-muted">
            {joined > 0 && `${count(joined)} redeemed so far.`}
          </p>
        </div>
        <p className="text-muted">
          One file for each peer, named like it: copy it there and run{' '}
          <code className="mono">sudo warren join FILE</code>; a device imports its .conf.
        </p>
        <ul aria-label="Invitations" className="max-h-72 overflow-y-auto rounded-md border px-3">
          {invited.slice(0, LISTED).map((one) => (
            <li key={one.peerId} className="flex items-center gap-2 border-b border-hairline/60 py-1 last:border-b-0">
              <span className="min-w-0 flex-1 truncate font-medium">{one.name}</span>
              {saved.has(one.peerId) && <Check aria-label="Saved" className="size-3.5 text-online-ink" />}
              <Button size="small" onClick={() => show(one)} aria-label={`Show the invitation of ${one.name}`}>
                Show
              </Button>
              <Button size="small" onClick={() => save(one)} aria-label={`Save the invitation of ${one.name}`}>
                Save
              </Button>
            </li>
          ))}
        </ul>
        {invited.length > LISTED && (
          <p className="text-muted">{count(invited.length - LISTED)} more are in the archive only.</p>
        )}
        <p className="flex gap-2 rounded-lg bg-panel px-3 py-2">
          <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
          <span>
            Their private keys were made in this browser and are nowhere else. Closing this dialog drops them; whoever
            has the archive can join as any of these peers.
          </span>
        </p>
      </div>
      <Actions>
        <Button
          onClick={onClose}
          whyNot={saved.size === 0 ? 'Nothing is saved yet; the cross at the top closes it all the same' : null}
        >
          Done
        </Button>
      </Actions>
      {shown && <HandoutDialog invited={shown} onClose={() => show(null)} />}
    </Dialog>
  )
}

/** All invitations as files; a device's lies in a folder of its own, for wg-quick takes its name as the interface's. */
function archiveOf(network: string, invited: readonly Invited[]): Uint8Array<ArrayBuffer> {
  const files = invited.map(({ name, handout }) => {
    const folder = `${network}-invitations`
    const own = handout.kind === 'device' ? `${folder}/${name}` : folder
    return { folder: own, name: handout.fileName, text: handout.file }
  })
  return tarOf(files, Math.floor(Date.now() / 1000))
}
