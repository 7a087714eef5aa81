'use client'

import { useMemo } from 'react'
import { Column, Page } from '~/features/frame/page.tsx'
import { invitationViews } from '~/features/invitations/invitation-views.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useTrials } from '~/features/trials/use-trials.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { BeginHere } from './begin-here.tsx'
import { Figures } from './figures.tsx'
import { HubCard } from './hub-card.tsx'
import { JoiningCard } from './joining-card.tsx'
import { LastChanges } from './last-changes.tsx'
import { TrafficCard } from './traffic-card.tsx'
import { WarningList } from './warning-list.tsx'
import { warningsOf } from './warnings.ts'

const LOOK_AGAIN_MS = 15_000

/** The network at a glance: who is there, what needs attention, how its hub is, what it carries, what was done last. */
export function OverviewPage() {
  const { plan, presence } = useNetwork()
  const nowMs = useServerNow(LOOK_AGAIN_MS)
  const trials = useTrials()
  const invitations = useMemo(() => invitationViews(plan, presence, nowMs), [plan, presence, nowMs])
  const warnings = useMemo(
    () => warningsOf({ plan, presence, invitations, trials, nowMs }),
    [plan, presence, invitations, trials, nowMs],
  )
  const isEmpty = plan.members.every((peer) => peer.kind === 'hub')
  return (
    <Page title="Overview">
      <Column wide>
        <div className="grid max-w-[100rem] gap-4">
          {isEmpty ? <BeginHere /> : <Figures />}
          <div className="grid items-start gap-4 panel:grid-cols-[minmax(0,1fr)_20rem] wide:grid-cols-[minmax(0,1fr)_24rem]">
            <div className="grid min-w-0 gap-4">
              {(warnings.length > 0 || !isEmpty) && <WarningList warnings={warnings} />}
              <LastChanges />
            </div>
            <div className="grid min-w-0 gap-4">
              <HubCard />
              <TrafficCard />
              <JoiningCard views={invitations} />
            </div>
          </div>
        </div>
      </Column>
    </Page>
  )
}
