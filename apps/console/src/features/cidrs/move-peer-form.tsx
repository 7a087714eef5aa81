'use client'

import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { addressesOf } from '~/features/network/families.ts'
import type { Member, Plan } from '~/features/network/plan.ts'
import { nextFreeAddress, nextFreeAddress6 } from '~/features/peers/address.ts'
import { usePeerChanges } from '~/features/peers/use-peer-changes.ts'
import { useRights } from '~/features/session/rights.tsx'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, Select } from '~/ui/field.tsx'
import { CidrOptions } from './cidr-options.tsx'
import { whyNotMove } from './why-not.ts'

type MoveProps = { peer: Member; to: number | null; onChoose: (to: number) => void; onDone: () => void }

/** Moves a peer to another CIDR, where it gets the next free address; shows first what that opens and cuts. */
export function MovePeerForm({ peer, to, onChoose, onDone }: MoveProps) {
  const { plan } = useNetwork()
  const { move, networkId } = usePeerChanges()
  const rights = useRights()
  const why = to === null ? null : (whyNotMove(plan, peer, to) ?? (rights.mayAddTo(to) ? null : 'not yours to move to'))
  const intent = to === null || why ? null : ({ kind: 'move', peer: peer.id, to } as const)
  const trial = useTrialChoice(intent)
  const seat = intent && seatAt(plan, intent.to)
  const save = () =>
    intent && move.mutate({ networkId, peerId: peer.id, cidrId: intent.to, ...trial.input }, { onSuccess: onDone })
  return (
    <div className="grid gap-3">
      <Field
        label={`Move ${peer.name} to`}
        error={why ? `${peer.name}: ${why}.` : undefined}
        hint={
          seat
            ? `${addressesOf(peer).join(' and ')} become${peer.address6 === null ? 's' : ''} ${seat.join(' and ')}.`
            : `It is ${addressesOf(peer).join(' and ')} now.`
        }
      >
        {(control) => (
          <Select {...control} autoFocus value={to ?? ''} onChange={(event) => onChoose(Number(event.target.value))}>
            <option value="" disabled>
              Choose a CIDR
            </option>
            <CidrOptions
              tree={plan.tree}
              whyNot={(id) => (id === peer.cidrId ? 'it is here now' : rights.mayAddTo(id) ? null : 'not yours')}
            />
          </Select>
        )}
      </Field>
      {intent && <EffectNote intent={intent} />}
      <TrialNote trial={trial} />
      <FormError>{move.error && sentenceOf(move.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          tone="solid"
          busy={move.isPending}
          onClick={save}
          whyNot={rights.whyNotPeer(peer) ?? (intent ? null : (why ?? 'Choose a CIDR first'))}
        >
          Move
        </Button>
      </Actions>
    </div>
  )
}

/** The addresses that a peer would get in a CIDR; null when none is free. */
function seatAt(plan: Plan, cidrId: number): string[] | null {
  const address = nextFreeAddress(plan, cidrId)
  const address6 = nextFreeAddress6(plan, cidrId)
  return address === null ? null : [address, ...(address6 === null ? [] : [address6])]
}
