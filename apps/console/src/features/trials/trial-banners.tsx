'use client'

import { useQuery } from '@tanstack/react-query'
import { whyNotConfirm } from '@warren/protocol'
import { Timer, TriangleAlert, X } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { namesIn } from '~/features/activity/names.ts'
import { sentenceOf } from '~/features/activity/sentence.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useMe } from '~/features/session/me.ts'
import { useRights } from '~/features/session/rights.tsx'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf as refusalOf } from '~/trpc/refusal.ts'
import { exact, useServerNow } from '~/ui/ago.tsx'
import { Button, IconButton } from '~/ui/button.tsx'
import { countdown, endingOf } from './trial-words.ts'
import { type Trial, useSettle } from './use-trials.ts'

/** How long the end of a trial is told of, in milliseconds; a stuck one until it is dismissed. */
const ENDING_SHOWN_MS = 60_000
const SECOND_MS = 1000

/** The changes on trial with the time that is left, and how the last ones ended. */
export function TrialBanners({ trials }: { trials: readonly Trial[] }) {
  const nowMs = useServerNow(SECOND_MS)
  const [dismissed, setDismissed] = useState<readonly number[]>([])
  const shown = trials.filter(
    (trial) =>
      !dismissed.includes(trial.revision) &&
      (trial.state === 'open' ||
        trial.state === 'stuck' ||
        nowMs - Date.parse(trial.settledAt ?? trial.until) < ENDING_SHOWN_MS),
  )
  return shown.map((trial) => (
    <Banner
      key={trial.revision}
      trial={trial}
      nowMs={nowMs}
      onDismiss={() => setDismissed([...dismissed, trial.revision])}
    />
  ))
}

const looks = {
  open: 'border-relayed/50 bg-relayed-ground',
  stuck: 'border-danger/40 bg-danger-ground',
  confirmed: 'bg-panel',
  reverted: 'bg-panel',
}

type BannerProps = { trial: Trial; nowMs: number; onDismiss: () => void }

function Banner({ trial, nowMs, onDismiss }: BannerProps) {
  const Icon = trial.state === 'stuck' ? TriangleAlert : Timer
  const ending = endingOf(trial)
  return (
    <section
      aria-label={`Trial of revision ${trial.revision}`}
      className={`flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b px-3 py-1.5 nav:px-4 ${looks[trial.state]}`}
    >
      <p className="flex min-w-0 flex-1 basis-60 items-baseline gap-2">
        <Icon aria-hidden className="relative top-0.5 size-4 shrink-0" />
        <span className="min-w-0">
          <Told trial={trial} />{' '}
          {ending ? (
            <span role="status">{ending}</span>
          ) : (
            <span className="whitespace-nowrap">
              Takes itself back in{' '}
              <time dateTime={trial.until} title={exact(trial.until)} className="font-medium">
                {countdown(Date.parse(trial.until) - nowMs)}
              </time>
            </span>
          )}
        </span>
      </p>
      {trial.state === 'open' ? (
        <Settle trial={trial} />
      ) : (
        <IconButton name="Dismiss" onClick={onDismiss} className="-my-1">
          <X />
        </IconButton>
      )}
    </section>
  )
}

/** What is on trial, in its own words once they are there. */
function Told({ trial: { revision, actor } }: { trial: Trial }) {
  const { plan } = useNetwork()
  const me = useMe()
  const change = useQuery(
    useTRPC().activity.list.queryOptions({ networkId: plan.network.id, before: revision + 1, limit: 1 }),
  ).data?.[0]
  const who = me && actor.kind === 'user' && actor.id === me.id ? 'You' : actor.name
  return (
    <>
      <Link
        href={to.activity({ network: plan.network.name, revision: String(revision) })}
        className="font-medium hover:underline"
      >
        {who} {change ? sentenceOf(change, namesIn(plan, [change])) : `made revision ${revision}`}
      </Link>
      , on trial.
    </>
  )
}

function Settle({ trial: { revision, actor } }: { trial: Trial }) {
  const { settle, end } = useSettle()
  const { whyNot } = useRights()
  const me = useMe()
  const whyNotKeep = me ? whyNotConfirm(me, { kind: 'user', id: me.id, name: me.name }, actor) : whyNot
  const doing = settle.isPending ? settle.variables?.keep : undefined
  return (
    <div className="flex flex-wrap items-center gap-2">
      {settle.error && (
        <p role="alert" className="text-danger">
          {refusalOf(settle.error)}
        </p>
      )}
      <Button whyNot={whyNot} busy={doing === false} onClick={() => end(revision, false)}>
        Take back
      </Button>
      <Button tone="solid" whyNot={whyNotKeep} busy={doing === true} onClick={() => end(revision, true)}>
        Keep
      </Button>
    </div>
  )
}
