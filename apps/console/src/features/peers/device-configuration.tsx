'use client'

import { QrCode } from 'lucide-react'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { FormError } from '~/ui/field.tsx'
import { Notice } from '~/ui/notice.tsx'
import { ReinviteDialog } from './dialogs.ts'
import { staleOf } from './stale.ts'
import { usePeerChanges } from './use-peer-changes.ts'

/**
 * Says when a device's configuration is out of date, and what to do: a new one, or its lines changed by hand. The dialog
 * with the new one outlives the notice, which goes as soon as the new one is made.
 */
export function DeviceConfiguration({ peer }: { peer: Member }) {
  const { plan } = useNetwork()
  const [asked, ask] = useState(false)
  const { whyNotPeer } = useRights()
  const lines = staleOf(plan, peer.id)
  const cut = lines.some((line) => line.cut)
  const whyNot = whyNotPeer(peer) ?? (peer.enabled ? null : 'It is disabled; enable it first')
  return (
    <>
      {lines.length > 0 && (
        <Notice
          tone="warning"
          title={cut ? 'It needs a new configuration' : 'Its configuration is out of date'}
          className="max-w-7xl"
        >
          <ul aria-label="What is out of date">
            {lines.map(({ field, reason }) => (
              <li key={field}>{reason}</li>
            ))}
          </ul>
          <p className="text-muted">
            {cut
              ? 'Until then it has no connection.'
              : 'It stays connected meanwhile, so this can wait until somebody has it at hand.'}
          </p>
          <Button className="my-2" tone={cut ? 'solid' : 'outline'} onClick={() => ask(true)} whyNot={whyNot}>
            <QrCode aria-hidden /> New configuration
          </Button>
          <ByHand peer={peer} lines={lines} />
        </Notice>
      )}
      {asked && <ReinviteDialog peer={peer} onClose={() => ask(false)} />}
    </>
  )
}

/** For whoever has the file: its private key stays as it is, so the device keeps its identity. */
function ByHand({ peer, lines }: { peer: Member; lines: ReturnType<typeof staleOf> }) {
  const { edit, networkId } = usePeerChanges()
  const { whyNotPeer } = useRights()
  return (
    <details>
      <summary className="cursor-pointer text-muted hover:text-ink">Edit the present one by hand</summary>
      <p className="mt-1">Change these lines in it, and leave its private key as it is:</p>
      <ul aria-label="Lines to change" className="mt-1 grid gap-0.5">
        {lines.map(({ field, line }) => (
          <li key={field} className="min-w-0">
            <CopyText text={line} what="line" />
          </li>
        ))}
      </ul>
      <div className="mt-2">
        <Button
          size="small"
          busy={edit.isPending}
          whyNot={whyNotPeer(peer)}
          onClick={() => edit.mutate({ networkId, peerId: peer.id, handed: true })}
        >
          They are changed
        </Button>
      </div>
      <FormError>{edit.error && sentenceOf(edit.error)}</FormError>
    </details>
  )
}
