'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import type { Change } from '@warren/protocol'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useNetwork, useRefresh } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Intent } from '~/features/network/intent.ts'
import { useRights } from '~/features/session/rights.tsx'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'

/** Takes a change back, after its effect was shown; says why where that is no longer possible. */
export function UndoSection({ change, onUndone }: { change: Change; onUndone: (revision: number) => void }) {
  const [asked, ask] = useState(false)
  const why = useWhyNotUndo(change)
  if (asked && why === null) return <UndoCard change={change} onClose={() => ask(false)} onUndone={onUndone} />
  return (
    <div className="grid justify-items-start gap-1.5">
      <Button onClick={() => ask(true)} whyNot={why ?? null} busy={why === undefined}>
        <Undo2 aria-hidden /> Undo
      </Button>
      {why && <p className="text-sm text-muted">{why}</p>}
    </div>
  )
}

/** Why a change cannot be taken back, as a sentence; null when it can, undefined while that is being asked. */
function useWhyNotUndo({ networkId, revision }: Change): string | null | undefined {
  const { whyNot } = useRights()
  const undoable = useQuery(useTRPC().activity.undoable.queryOptions({ networkId, revisions: [revision] }))
  if (whyNot) return whyNot
  if (undoable.error) return sentenceOf(undoable.error)
  return undoable.data ? (undoable.data[0]?.why ?? null) : undefined
}

type UndoCardProps = { change: Change; onClose: () => void; onUndone: (revision: number) => void }

function UndoCard({ change, onClose, onUndone }: UndoCardProps) {
  const trpc = useTRPC()
  const refresh = useRefresh()
  const networkId = useNetwork().plan.network.id
  // Not with the call: its callbacks are dropped when the news of the undo come first and take this card away.
  const onSuccess = (made: { revision: number }) => {
    onUndone(made.revision)
    return refresh(networkId)
  }
  const undo = useMutation(trpc.activity.undo.mutationOptions({ onSuccess }))
  const intent: Intent = { kind: 'undo', change }
  const trial = useTrialChoice(intent)
  const { revision } = change
  return (
    <section aria-label="Undo" className="grid gap-3 rounded-lg border border-accent bg-accent-ground p-3">
      <p className="font-medium">Undo revision {revision}?</p>
      <EffectNote intent={intent}>What was changed since stays where this change did not touch it.</EffectNote>
      <TrialNote trial={trial} />
      <FormError>{undo.error && sentenceOf(undo.error)}</FormError>
      <Actions>
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="solid" busy={undo.isPending} onClick={() => undo.mutate({ networkId, revision })}>
          Undo change
        </Button>
      </Actions>
    </section>
  )
}
