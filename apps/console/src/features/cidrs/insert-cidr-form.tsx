'use client'

import { type CidrNode, explainPlacement, formatPrefix, type InsertChoice, insertChoices } from '@warren/cidr'
import { type CidrRow, CreateCidr } from '@warren/protocol'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { type Choice, ChoiceList } from './choice-list.tsx'
import { type DraftSink, useDrafted } from './drafts.ts'
import { seatedIn } from './seats.ts'
import { suggestedSecond } from './second.ts'
import { addressesIn } from './sizes.ts'
import { useCidrChanges } from './use-cidr-changes.ts'

type InsertProps = { parent: CidrNode; onDraft: DraftSink; onDone: (made: CidrRow | null) => void }
type Values = { networkId: number; parentId: number; name: string; prefix: string; prefix6?: string | null }

/** Puts a CIDR between `parent` and the children that are chosen: the smallest that holds them, or a larger one. */
export function InsertCidrForm({ parent, onDraft, onDone }: InsertProps) {
  const { plan } = useNetwork()
  const { create, networkId } = useCidrChanges()
  const children = plan.tree.children(parent.id)
  const [chosen, setChosen] = useState<readonly number[]>([])
  const [wanted, setWanted] = useState<string | null>(null)
  const places = insertChoices(plan.tree, parent.id, chosen, seatedIn(plan, parent.id))
  const place = places.find((one) => formatPrefix(one.prefix) === wanted) ?? places.find((one) => !one.problem) ?? null
  const prefix = place && !place.problem ? formatPrefix(place.prefix) : null
  const prefix6 = prefix && plan.plans.second?.get(parent.id) ? suggestedSecond(plan, parent, prefix) : null
  const form = useForm<Values, unknown, CreateCidr>({
    resolver: zodResolver(CreateCidr),
    values: { networkId, parentId: parent.id, name: '', prefix: prefix ?? '' },
    resetOptions: { keepDirtyValues: true },
  })
  const { errors, isSubmitting } = form.formState
  const name = useWatch({ control: form.control, name: 'name' })
  useDrafted(place && prefix ? { kind: 'add', parentId: parent.id, name, prefix: place.prefix } : null, onDraft)
  const submit = form.handleSubmit((input) =>
    create
      .mutateAsync({ ...input, prefix: prefix ?? input.prefix })
      .then(onDone, (error: unknown) => placeRefusal(form, error)),
  )
  const toggle = (id: number) => {
    setWanted(null)
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id])
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="Name" error={errors.name?.message}>
        {(control) => <TextInput {...control} {...form.register('name')} autoFocus placeholder="campus" />}
      </Field>
      <Around nodes={children} chosen={chosen} onToggle={toggle} />
      {chosen.length > 0 && places.length === 0 && (
        <p className="text-sm text-danger">Only {parent.name} itself is large enough to hold these.</p>
      )}
      {places.length > 0 && (
        <ChoiceList label="Prefix" value={prefix} onChange={setWanted} choices={places.map(choiceOf)} />
      )}
      {prefix6 !== null && (
        <p className="text-sm text-muted">
          {prefix6 ? (
            <>
              Its IPv6 prefix: <span className="mono">{prefix6}</span>
            </>
          ) : (
            'No IPv6 prefix holds those of what goes inside, and no others: take IPv6 from them first, and give it to all of the new CIDR afterwards.'
          )}
        </p>
      )}
      {prefix && <EffectNote intent={{ kind: 'create-cidr', parent: parent.id, prefix, isolated: false }} />}
      <FormError>{errors.prefix?.message ?? errors.prefix6?.message ?? errors.root?.message}</FormError>
      <Actions>
        <Button onClick={() => onDone(null)}>Cancel</Button>
        <Button
          type="submit"
          tone="solid"
          busy={isSubmitting}
          whyNot={prefix ? null : chosen.length === 0 ? 'Choose what it goes around first' : 'There is no place for it'}
        >
          Insert CIDR
        </Button>
      </Actions>
    </form>
  )
}

function choiceOf({ prefix, alsoTakesIn, problem }: InsertChoice): Choice {
  return {
    value: formatPrefix(prefix),
    label: <span className="mono">{formatPrefix(prefix)}</span>,
    aside: addressesIn(prefix.family, prefix.width),
    note: alsoTakesIn.length > 0 ? `Also takes in ${alsoTakesIn.map((node) => node.name).join(', ')}.` : undefined,
    whyNot: problem && explainPlacement(problem),
  }
}

type AroundProps = { nodes: readonly CidrNode[]; chosen: readonly number[]; onToggle: (id: number) => void }

function Around({ nodes, chosen, onToggle }: AroundProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Around</legend>
      <div className="max-h-40 overflow-y-auto rounded-md border border-edge/60 bg-card p-1">
        {nodes.map((node) => (
          <label
            key={node.id}
            className="flex cursor-pointer items-center gap-2 rounded px-1.5 py-1 hover:bg-panel has-checked:bg-accent-ground"
          >
            <input
              type="checkbox"
              checked={chosen.includes(node.id)}
              onChange={() => onToggle(node.id)}
              className="size-3.5 accent-accent"
            />
            <span className="min-w-0 flex-1 truncate">{node.name}</span>
            <span className="mono text-muted">{formatPrefix(node.prefix)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
