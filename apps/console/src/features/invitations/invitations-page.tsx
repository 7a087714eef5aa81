'use client'

import { useState } from 'react'
import { Column, Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { AddPeerDialog, ReinviteDialog } from '~/features/peers/dialogs.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'
import { Section } from '~/ui/facts.tsx'
import { InvitationLine } from './invitation-line.tsx'
import { type InvitationView, invitationViews } from './invitation-views.ts'
import { RevokeDialog } from './revoke-dialog.tsx'

const LOOK_AGAIN_MS = 10_000

const groups = [
  { state: 'waiting', title: 'Waiting' },
  { state: 'expired', title: 'Expired' },
  { state: 'revoked', title: 'Revoked' },
  { state: 'used', title: 'Used' },
] as const

/** Every invitation by how it stands. The invitations themselves are not here: nobody but their receiver has them. */
export function InvitationsPage() {
  const { plan } = useNetwork()
  const [adding, setAdding] = useState(false)
  const [reinviting, setReinviting] = useState<Member | null>(null)
  const [revoking, setRevoking] = useState<InvitationView | null>(null)
  const views = invitationViews(plan, useServerNow(LOOK_AGAIN_MS))
  const addButton = (
    <Button tone="solid" onClick={() => setAdding(true)}>
      Add peer
    </Button>
  )
  return (
    <Page title="Invitations" actions={addButton}>
      <Column>
        {views.length === 0 && (
          <Empty title="No invitations yet" action={<Button onClick={() => setAdding(true)}>Add a peer</Button>}>
            Each new peer gets one. It works once, and this page shows where it stands.
          </Empty>
        )}
        {groups.map(({ state, title }) => {
          const own = views.filter((view) => view.state === state)
          return own.length === 0 ? null : (
            <div key={state} className="rounded-lg border">
              <Section title={title} aside={own.length}>
                <ul aria-label={`${title} invitations`}>
                  {own.map((view) => (
                    <InvitationLine key={view.row.id} view={view} onReinvite={setReinviting} onRevoke={setRevoking} />
                  ))}
                </ul>
              </Section>
            </div>
          )
        })}
      </Column>
      {adding && (
        <AddPeerDialog cidrId={plan.tree.nodes.at(-1)?.id ?? plan.tree.root.id} onClose={() => setAdding(false)} />
      )}
      {reinviting && <ReinviteDialog peer={reinviting} onClose={() => setReinviting(null)} />}
      {revoking && <RevokeDialog view={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}
