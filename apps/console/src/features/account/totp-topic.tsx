'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Topic } from '~/features/session/topic.tsx'
import { Button } from '~/ui/button.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { counted } from '~/ui/format.ts'
import { State } from '~/ui/tag.tsx'
import { useAccount } from './use-account.ts'

// With the QR code in them, and seldom opened.
const SetUpTotp = dynamic(() => import('./totp-dialogs.tsx').then((module) => module.SetUpTotp))
const TurnOffTotp = dynamic(() => import('./totp-dialogs.tsx').then((module) => module.TurnOffTotp))
const RenewCodes = dynamic(() => import('./totp-dialogs.tsx').then((module) => module.RenewCodes))

/** A second factor: codes of an authenticator app. */
export function TotpTopic() {
  const { data } = useAccount()
  const [asked, ask] = useState<'set-up' | 'off' | 'renew' | null>(null)
  const close = () => ask(null)
  return (
    <Topic title="Second factor" lead="A code of an authenticator app, asked for after your password.">
      {!data && <Skeleton className="h-7 w-64" />}
      {data && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <span className="min-w-40 flex-1">
            {data.totp ? <State tone="online">On</State> : <State tone="off">Off</State>}
            {data.totp && (
              <span className={data.recoveryLeft < 3 ? 'ml-2 text-relayed-ink' : 'ml-2 text-muted'}>
                {counted(data.recoveryLeft, 'recovery code')} left
              </span>
            )}
          </span>
          {data.totp ? (
            <>
              <Button onClick={() => ask('renew')}>New recovery codes…</Button>
              <Button tone="danger" onClick={() => ask('off')}>
                Turn off…
              </Button>
            </>
          ) : (
            <Button
              onClick={() => ask('set-up')}
              whyNot={data.hasPassword ? null : 'Without a password here, your provider decides how you sign in'}
            >
              Set up…
            </Button>
          )}
        </div>
      )}
      {asked === 'set-up' && <SetUpTotp onClose={close} />}
      {asked === 'off' && <TurnOffTotp onClose={close} />}
      {asked === 'renew' && <RenewCodes onClose={close} />}
    </Topic>
  )
}
