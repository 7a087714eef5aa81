'use client'

import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { Column, Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { AddPeerDialog, ReinviteDialog } from '~/features/peers/dialogs.ts'
import { firstHome } from '~/features/peers/first-home.ts'
import { useRights } from '~/features/session/rights.tsx'
import { useServerNow } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'
import { count } from '~/ui/format.ts'
import { Segmented } from '~/ui/segmented.tsx'
import { InvitationLine } from './invitation-line.tsx'
import { type InvitationView, invitationStates, invitationViews, type ShownState } from './invitation-views.ts'
import { RevokeDialog } from './revoke-dialog.tsx'

const LOOK_AGAIN_MS = 5000

/** As many lines as are drawn at first; more come on demand. */
const PAGE = 100

const titles: Record<ShownState, string> = { waiting: 'Waiting', expired: 'Expired', revoked: 'Revoked', used: 'Used' }

const absent: Record<ShownState, string> = {
  waiting: 'Nobody is awaited: every invitation was used or has ended.',
  expired: 'No invitation ran out before it was used.',
  revoked: 'No invitation was taken back.',
  used: 'Nobody has joined by an invitation yet.',
}

/** Every invitation by how it stands. The invitations themselves are not here: nobody but their receiver has them. */
export function InvitationsPage() {
  const { plan, presence } = useNetwork()
  const [adding, setAdding] = useState(false)
  const [reissuing, setReissuing] = useState<Member | null>(null)
  const [revoking, setRevoking] = useState<InvitationView | null>(null)
  const views = invitationViews(plan, presence, useServerNow(LOOK_AGAIN_MS))
  const [state, choose] = useShownState(views)
  const rights = useRights()
  const home = firstHome(plan, rights.mayAddTo)
  const add = { onClick: () => setAdding(true), whyNot: rights.whyNotInside(home) }
  return (
    <Page
      title="Invitations"
      actions={
        <Button tone="solid" {...add}>
          Add peer
        </Button>
      }
    >
      <Column>
        {views.length === 0 ? (
          <Empty title="No invitations yet" action={<Button {...add}>Add a peer</Button>}>
            Each new peer gets one. It works once, and this page shows where it stands.
          </Empty>
        ) : (
          <>
            <States views={views} state={state} onChoose={choose} />
            <Lines key={state} views={views} state={state} onReissue={setReissuing} onRevoke={setRevoking} />
          </>
        )}
      </Column>
      {adding && <AddPeerDialog cidrId={home} onClose={() => setAdding(false)} />}
      {reissuing && <ReinviteDialog peer={reissuing} onClose={() => setReissuing(null)} />}
      {revoking && <RevokeDialog view={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

/** The state that is looked at: the one in the address, else the first that had any when the page was opened. */
function useShownState(views: readonly InvitationView[]): [ShownState, (state: ShownState) => void] {
  const params = useSearchParams()
  const asked = invitationStates.find((state) => state === params.get('state'))
  const [first] = useState(() => invitationStates.find((state) => views.some((view) => view.state === state)))
  const choose = (state: ShownState) => window.history.replaceState(null, '', `?state=${state}`)
  return [asked ?? first ?? 'waiting', choose]
}

type StatesProps = { views: readonly InvitationView[]; state: ShownState; onChoose: (state: ShownState) => void }

function States({ views, state, onChoose }: StatesProps) {
  return (
    <div className="grid gap-2">
      <div className="-mx-1 overflow-x-auto px-1 py-0.5">
        <Segmented
          label="State of the invitations"
          value={state}
          onChange={onChoose}
          choices={invitationStates.map((value) => ({
            value,
            label: (
              <>
                {titles[value]}{' '}
                <span className="font-normal text-muted">
                  {count(views.filter((view) => view.state === value).length)}
                </span>
              </>
            ),
          }))}
        />
      </div>
      {state === 'waiting' && (
        <p className="max-w-prose text-muted">
          File, token, install line and QR code are shown once, when an invitation is made: its private key is nowhere
          else. For one that got lost, re-issue makes another.
        </p>
      )}
    </div>
  )
}

type LinesProps = {
  views: readonly InvitationView[]
  state: ShownState
  onReissue: (peer: Member) => void
  onRevoke: (view: InvitationView) => void
}

function Lines({ views, state, onReissue, onRevoke }: LinesProps) {
  const [shown, setShown] = useState(PAGE)
  const own = views.filter((view) => view.state === state)
  if (own.length === 0) return <Empty title={`None ${state}`}>{absent[state]}</Empty>
  return (
    <div>
      <ul aria-label={`${titles[state]} invitations`} className="rounded-lg border px-4">
        {own.slice(0, shown).map((view) => (
          <InvitationLine key={view.key} view={view} onReissue={onReissue} onRevoke={onRevoke} />
        ))}
      </ul>
      {own.length > shown && (
        <Button className="mt-3" onClick={() => setShown(shown + PAGE)}>
          Show {count(Math.min(PAGE, own.length - shown))} more of {count(own.length)}
        </Button>
      )}
    </div>
  )
}
