'use client'

import { adopts, type CidrNode, explainPlacement, parsePrefix, placementProblem } from '@warren/cidr'
import { type CidrRow, CreateCidr } from '@warren/protocol'
import { useEffect, useMemo, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Check, Field, FormError, Select, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import type { DraftSink } from './drafts.ts'
import { seatedIn } from './seats.ts'
import { secondFault, suggestedSecond } from './second.ts'
import { SecondField } from './second-field.tsx'
import { likelySize, placesFor, sizesBelow, suggestPrefix } from './sizes.ts'
import { useCidrChanges } from './use-cidr-changes.ts'

type Values = {
  networkId: number
  parentId: number
  name: string
  prefix: string
  /** Empty: none. Left out where the parent has no IPv6 prefix. */
  prefix6?: string | null
  isolated: boolean
}

type AddCidrProps = {
  parent: CidrNode
  /** A prefix that was chosen in a drawing; null leaves it to the form. */
  at: string | null
  onDraft: DraftSink
  /** Told the width that is looked for a place, so that drawings can offer theirs; null when the form ends. */
  onPlacing: (width: number | null) => void
  onDone: (made: CidrRow | null) => void
}

/** Adds a CIDR inside `parent`: choose a size, and the next free prefix of that size stands there. */
export function AddCidrForm({ parent, at, onDraft, onPlacing, onDone }: AddCidrProps) {
  const { plan } = useNetwork()
  const { create, networkId } = useCidrChanges()
  const sizes = useMemo(() => sizesBelow(parent.prefix), [parent.prefix])
  const [width, setWidth] = useState(() => widthOf(at) ?? likelySize(parent.prefix, sizes))
  const has6 = Boolean(plan.plans.second?.get(parent.id))
  const suggest = (wanted: number) => suggestPrefix(plan.tree, parent.id, plan.membersIn(parent.id), wanted)
  const form = useForm<Values, unknown, CreateCidr>({
    mode: 'onChange',
    resolver: zodResolver(CreateCidr, (values) => faultsOf(plan, parent, values)),
    defaultValues: {
      networkId,
      parentId: parent.id,
      name: '',
      prefix: at ?? suggest(width) ?? '',
      ...(has6 ? { prefix6: suggestedSecond(plan, parent, at ?? suggest(width) ?? '') } : {}),
      isolated: false,
    },
  })
  const { errors, isSubmitting } = form.formState
  const { prefix, isolated, adopted } = useDraft(plan, parent, form, onDraft)
  usePlace({ form, at, width, setWidth, onPlacing })

  const submit = form.handleSubmit((input) =>
    create.mutateAsync(input).then(onDone, (error: unknown) => placeRefusal(form, error)),
  )
  const chooseSize = (wanted: number) => {
    setWidth(wanted)
    const next = suggest(wanted)
    if (next) form.setValue('prefix', next, { shouldValidate: true })
    else form.setError('prefix', { message: `${parent.name} has no free /${wanted} left; choose a smaller size.` })
  }
  if (sizes.length === 0) return <p>{parent.name} is too small to be divided.</p>
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="Name" error={errors.name?.message}>
        {(control) => <TextInput {...control} {...form.register('name')} autoFocus placeholder="eng" />}
      </Field>
      <Field label="Size">
        {(control) => (
          <Select {...control} value={width} onChange={(event) => chooseSize(Number(event.target.value))}>
            {sizes.every((size) => size.width !== width) && <option value={width}>/{width}</option>}
            {sizes.map((size) => (
              <option key={size.width} value={size.width}>
                {size.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Prefix"
        error={errors.prefix?.message}
        hint={adopted ?? 'The next free one. Click free space in the drawing, or choose below, for another.'}
      >
        {(control) => <TextInput {...control} {...form.register('prefix')} mono />}
      </Field>
      <Places
        places={placesFor(plan, parent, width)}
        chosen={prefix}
        onChoose={(place) => form.setValue('prefix', place, { shouldValidate: true })}
      />
      {has6 && <SecondField form={form} parent={parent} prefix={prefix} />}
      <Check
        label="Isolated"
        hint="Peers that sit directly in it do not reach each other."
        {...form.register('isolated')}
      />
      {prefix && <EffectNote intent={{ kind: 'create-cidr', parent: parent.id, prefix, isolated }} />}
      <FormError>{errors.root?.message}</FormError>
      <Actions>
        <Button onClick={() => onDone(null)}>Cancel</Button>
        <Button type="submit" tone="solid" busy={isSubmitting}>
          Add CIDR
        </Button>
      </Actions>
    </form>
  )
}

const widthOf = (text: string | null): number | null => {
  const prefix = text === null ? null : parsePrefix(text)
  return prefix?.ok ? prefix.value.width : null
}

type PlaceProps = {
  form: Form
  at: string | null
  width: number
  setWidth: (width: number) => void
  onPlacing: (width: number | null) => void
}

/** Takes over the place that is chosen in a drawing, and tells the drawings what size they should offer. */
function usePlace({ form, at, width, setWidth, onPlacing }: PlaceProps): void {
  useEffect(() => {
    const chosen = widthOf(at)
    if (at === null || chosen === null) return
    setWidth(chosen)
    form.setValue('prefix', at, { shouldValidate: true })
  }, [at, form, setWidth])
  useEffect(() => onPlacing(width), [width, onPlacing])
  useEffect(() => () => onPlacing(null), [onPlacing])
}

/** As many other places as stand below the field; the drawing shows them all. */
const PLACES = 4

type PlacesProps = { places: readonly string[]; chosen: string | null; onChoose: (place: string) => void }

function Places({ places, chosen, onChoose }: PlacesProps) {
  if (places.length < 2) return null
  return (
    <ul aria-label="Free places" className="-mt-1 flex flex-wrap gap-1">
      {places.slice(0, PLACES).map((place) => (
        <li key={place}>
          <Button size="small" aria-pressed={place === chosen} onClick={() => onChoose(place)} className="mono">
            {place}
          </Button>
        </li>
      ))}
    </ul>
  )
}

const faultsOf = (plan: Plan, parent: CidrNode, { name, prefix: text, prefix6 }: Values) => {
  const prefix = parsePrefix(text.trim())
  if (!prefix.ok) return {}
  const problem = placementProblem(plan.tree, parent, prefix.value, seatedIn(plan, parent.id))
  if (problem) return { prefix: explainPlacement(problem) }
  const why = prefix6 === undefined ? null : secondFault(plan, { name, parent, prefix: prefix.value }, prefix6)
  return why ? { prefix6: why } : {}
}

/** The form of a new CIDR. */
export type Form = ReturnType<typeof useForm<Values, unknown, CreateCidr>>

/** Hands on what the form describes while it could be added; answers that, and what it would take in, in a sentence. */
function useDraft(plan: Plan, parent: CidrNode, form: Form, onDraft: DraftSink) {
  const [name, text, isolated] = useWatch({ control: form.control, name: ['name', 'prefix', 'isolated'] })
  const prefix = useMemo(() => {
    const parsed = parsePrefix(text.trim())
    const fits = parsed.ok && !placementProblem(plan.tree, parent, parsed.value, seatedIn(plan, parent.id))
    return fits ? parsed.value : null
  }, [plan, parent, text])
  useEffect(
    () => onDraft(prefix && { kind: 'add', parentId: parent.id, name, prefix }),
    [parent.id, name, prefix, onDraft],
  )
  useEffect(() => () => onDraft(null), [onDraft])
  const children = prefix ? adopts(plan.tree, parent, prefix) : []
  const adopted = children.length > 0 ? `Takes in ${children.map((child) => child.name).join(', ')}.` : null
  return { prefix: prefix ? text.trim() : null, isolated, adopted }
}
