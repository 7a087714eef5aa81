'use client'

import { OctagonAlert } from 'lucide-react'
import { Check } from '~/ui/field.tsx'
import { explainDanger } from './danger.ts'
import type { TrialChoice } from './use-trial-choice.ts'

/** Says plainly what a change would cut off, and lets it be made for two minutes unless confirmed. */
export function TrialNote({ trial }: { trial: TrialChoice }) {
  const { dangers, offered, chosen, choose } = trial
  if (dangers.length === 0 && !offered) return null
  return (
    <div className="grid gap-2">
      {dangers.length > 0 && (
        <div
          role="note"
          aria-label="What this may cut off"
          className="flex gap-2 rounded-md bg-danger-ground px-2.5 py-2 text-danger"
        >
          <OctagonAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <div className="grid min-w-0 gap-1">
            {dangers.map((danger) => (
              <p key={danger.kind}>{explainDanger(danger)}</p>
            ))}
          </div>
        </div>
      )}
      {offered && (
        <Check
          label="For two minutes, unless confirmed"
          hint={chosen ? 'It takes itself back when nobody keeps it by then.' : undefined}
          checked={chosen}
          onChange={(event) => choose(event.target.checked)}
        />
      )}
    </div>
  )
}
