'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ChangeRow } from '~/features/activity/change-row.tsx'
import { Column, Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { type StateWord, stateWords } from '~/features/network/presence.ts'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { Ago } from '~/ui/ago.tsx'
import { SkeletonRows } from '~/ui/empty.tsx'
import { Fact, Facts, Section } from '~/ui/facts.tsx'
import { bytes, count } from '~/ui/format.ts'
import { Notice } from '~/ui/notice.tsx'
import { Bar, State } from '~/ui/tag.tsx'
import { warningsOf } from './warnings.ts'

/** The network at a glance: the hub, who is there, what needs attention, what was done last. */
export function OverviewPage() {
  return (
    <Page title="Overview">
      <Column>
        <Warnings />
        <div className="grid items-start gap-4 panel:grid-cols-2">
          <Card>
            <PeersCard />
          </Card>
          <Card>
            <HubCard />
          </Card>
        </div>
        <Card>
          <LastChanges />
        </Card>
      </Column>
    </Page>
  )
}

function Card({ children }: { children: ReactNode }) {
  return <div className="rounded-lg border">{children}</div>
}

function Warnings() {
  const { plan, presence } = useNetwork()
  const warnings = warningsOf(plan, presence)
  return warnings.map((warning) => (
    <Notice
      key={warning.text}
      tone="warning"
      title={warning.text}
      action={
        <Link href={warning.href} className="font-medium underline">
          {warning.action}
        </Link>
      }
    />
  ))
}

function PeersCard() {
  const { plan, presence } = useNetwork()
  const network = plan.network.name
  const heads = presence.within(plan.tree.root.id)
  const tally = new Map<StateWord, number>()
  for (const peer of plan.members) tally.set(presence.state(peer).word, (tally.get(presence.state(peer).word) ?? 0) + 1)
  const toneOf = (word: StateWord) => {
    const peer = plan.members.find((member) => presence.state(member).word === word)
    return peer ? presence.state(peer).tone : 'off'
  }
  return (
    <Section
      title="Peers"
      aside={
        <Link href={to.peers({ network })} className="underline hover:text-ink">
          all {count(heads.all)}
        </Link>
      }
    >
      <p className="mb-2 flex items-center gap-3">
        <span className="text-lg font-medium">
          {count(heads.online)} <span className="text-base font-normal text-muted">of {count(heads.all)} online</span>
        </span>
        <Bar share={heads.all === 0 ? 0 : heads.online / heads.all} className="w-32" />
      </p>
      <ul aria-label="Peers by state" className="grid gap-1">
        {stateWords.flatMap((word) => {
          const many = tally.get(word)
          return many === undefined ? (
            []
          ) : (
            <li key={word} className="flex justify-between">
              <Link href={to.peers({ network, state: word })} className="hover:underline">
                <State tone={toneOf(word)}>{word}</State>
              </Link>
              <span>{count(many)}</span>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

function HubCard() {
  const { plan, presence, revision } = useNetwork()
  const { hub } = presence
  const statuses = plan.members.flatMap((peer) => presence.status(peer.id) ?? [])
  const total = (side: 'rx' | 'tx') => bytes(statuses.reduce((sum, status) => sum + status[side], 0))
  return (
    <Section title="Hub">
      <Facts>
        <Fact name="State">
          <State tone={hub.fault ? 'danger' : hub.connected ? 'online' : 'off'}>
            {hub.fault ? 'fault' : hub.connected ? 'connected' : 'not connected'}
          </State>
        </Fact>
        <Fact name="Endpoint">
          <span className="mono">{plan.network.endpoint}</span>
        </Fact>
        <Fact name="Revision">
          {count(revision)}
          {hub.appliedRevision !== null &&
            (hub.appliedRevision >= revision ? ', applied' : `, hub at ${count(hub.appliedRevision)}`)}
        </Fact>
        <Fact name="Traffic since it started">
          ↓ {total('rx')} ↑ {total('tx')}
        </Fact>
        {hub.version && <Fact name="Version">{hub.version}</Fact>}
        {hub.at && (
          <Fact name="Last told">
            <Ago at={hub.at} />
          </Fact>
        )}
      </Facts>
    </Section>
  )
}

const SHOWN = 8

function LastChanges() {
  const { plan } = useNetwork()
  const changes = useQuery(useTRPC().activity.list.queryOptions({ networkId: plan.network.id, limit: SHOWN }))
  const all = (
    <Link href={to.activity({ network: plan.network.name })} className="underline hover:text-ink">
      all
    </Link>
  )
  return (
    <Section title="Last changes" aside={all}>
      {changes.isPending ? (
        <SkeletonRows rows={4} />
      ) : (
        <ol aria-label="Last changes">
          {changes.data?.map((change) => (
            <ChangeRow key={change.revision} change={change} />
          ))}
        </ol>
      )}
    </Section>
  )
}
