'use client'

import type { Change } from '@warren/protocol'
import { X } from 'lucide-react'
import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import { ReceiptView } from '~/features/receipts/receipt-view.tsx'
import { useReceipt } from '~/features/receipts/use-receipt.ts'
import { to } from '~/features/to.ts'
import { endingOf } from '~/features/trials/trial-words.ts'
import { useTrials } from '~/features/trials/use-trials.ts'
import { Ago, exact } from '~/ui/ago.tsx'
import { IconButton } from '~/ui/button.tsx'
import { Empty, SkeletonRows } from '~/ui/empty.tsx'
import { Fact, Facts, Section } from '~/ui/facts.tsx'
import { count } from '~/ui/format.ts'
import { ChangeDetails } from './change-details.tsx'
import { ChangeSentence } from './change-row.tsx'
import { namesIn } from './names.ts'
import { UndoSection } from './undo-section.tsx'
import { useChange } from './use-changes.ts'

type PanelProps = {
  revision: number
  /** Changes at hand. */
  among: readonly Change[]
  onSelect: (revision: number | null) => void
}

/** One change in full: who, when, how far it has come, before and after, and the way back. */
export function ChangePanel({ revision, among, onSelect }: PanelProps) {
  const change = useChange(revision, among)
  if (change === undefined) return <SkeletonRows rows={5} />
  if (change === null) return <Empty title={`There is no revision ${count(revision)}`}>Nothing was done there.</Empty>
  return <Told key={change.revision} change={change} among={among} onSelect={onSelect} />
}

function Told({ change, among, onSelect }: { change: Change } & Omit<PanelProps, 'revision'>) {
  const { plan } = useNetwork()
  const receipt = useReceipt(change.revision)
  return (
    <>
      <header className="flex items-start gap-2 py-3 pr-2 pl-4.5">
        <h2 className="flex min-w-0 flex-1 text-md font-normal">
          <ChangeSentence change={change} among={among} />
        </h2>
        <IconButton name="Close" onClick={() => onSelect(null)} className="-mt-1">
          <X />
        </IconButton>
      </header>
      <div className="px-4.5 pb-3">
        <About change={change} among={among} />
      </div>
      <Section title="How far it has come">
        {receipt ? <ReceiptView receipt={receipt} /> : <NoReceipt asked={receipt === null} />}
      </Section>
      <Section title="Way back">
        <UndoSection change={change} onUndone={onSelect} />
      </Section>
      <Section title="Before and after">
        <ChangeDetails change={change} names={namesIn(plan, [change, ...among])} />
      </Section>
    </>
  )
}

const NoReceipt = ({ asked }: { asked: boolean }) => (
  <p className="text-muted">{asked ? 'No agent has reported on it, or it is too long ago.' : 'Asking…'}</p>
)

function About({ change, among }: { change: Change; among: readonly Change[] }) {
  const trial = useTrials().find((one) => one.revision === change.revision)
  const undoneBy = among.find((other) => other.undoes === change.revision)
  return (
    <Facts>
      <Fact name="When">
        <span title={exact(change.at)}>
          <Ago at={change.at} />
        </span>
      </Fact>
      <Fact name="Revision">{count(change.revision)}</Fact>
      {change.undoes !== null && (
        <Fact name="Takes back">
          <RevisionLink revision={change.undoes} />
        </Fact>
      )}
      {undoneBy && (
        <Fact name="Taken back by">
          <RevisionLink revision={undoneBy.revision} />
        </Fact>
      )}
      {trial && <Fact name="Trial">{endingOf(trial) ?? 'open; keep it or take it back above'}</Fact>}
    </Facts>
  )
}

function RevisionLink({ revision }: { revision: number }) {
  const { plan } = useNetwork()
  return (
    <Link
      href={to.activity({ network: plan.network.name, revision: String(revision) })}
      className="text-accent hover:underline"
    >
      revision {count(revision)}
    </Link>
  )
}
