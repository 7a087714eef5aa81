'use client'

import { adopts, type CidrNode, explainPlacement, parsePrefix, placementProblem } from '@warren/cidr'
import { type CidrRow, CreateCidr } from '@warren/protocol'
import { useEffect, useMemo } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { useNetwork } from '~/features/network/context.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Check, Field, FormError, Select, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { likelySize, sizesBelow, suggestPrefix } from './sizes.ts'
import { useCidrChanges } from './use-cidr-changes.ts'

type Values = { networkId: number; parentId: number; name: string; prefix: string; isolated: boolean }

type AddCidrProps = {
  parent: CidrNode
  /** Told of what would be added whenever it could be, so that it can be drawn; null when it could not. */
  onDraft: (draft: Pick<CidrNode, 'name' | 'prefix'> | null) => void
  onDone: (made: CidrRow | null) => void
}

/** Adds a CIDR inside `parent`: choose a size, and the next free prefix of that size stands there. */
export function AddCidrForm({ parent, onDraft, onDone }: AddCidrProps) {
  const { plan } = useNetwork()
  const { create, networkId } = useCidrChanges()
  const sizes = useMemo(() => sizesBelow(parent.prefix), [parent.prefix])
  const first = likelySize(parent.prefix, sizes)
  const suggest = (width: number) => suggestPrefix(plan.tree, parent.id, plan.membersIn(parent.id), width)
  const form = useForm<Values, unknown, CreateCidr>({
    mode: 'onChange',
    resolver: zodResolver(CreateCidr, (values) => faultsOf(plan, parent, values.prefix)),
    defaultValues: { networkId, parentId: parent.id, name: '', prefix: suggest(first) ?? '', isolated: false },
  })
  const { errors, isSubmitting } = form.formState
  const adopted = useDraft(plan, parent, form, onDraft)

  const submit = form.handleSubmit((input) =>
    create.mutateAsync(input).then(onDone, (error: unknown) => placeRefusal(form, error)),
  )
  const chooseSize = (width: number) => {
    const next = suggest(width)
    if (next) form.setValue('prefix', next, { shouldValidate: true })
    else form.setError('prefix', { message: `${parent.name} has no free /${width} left; choose a smaller size.` })
  }
  if (sizes.length === 0) return <p>{parent.name} is too small to be divided.</p>
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="Name" error={errors.name?.message}>
        {(control) => <TextInput {...control} {...form.register('name')} autoFocus placeholder="eng" />}
      </Field>
      <Field label="Size">
        {(control) => (
          <Select {...control} defaultValue={first} onChange={(event) => chooseSize(Number(event.target.value))}>
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
        hint={adopted ?? 'The next free one; any other that fits will do.'}
      >
        {(control) => <TextInput {...control} {...form.register('prefix')} mono />}
      </Field>
      <Check
        label="Isolated"
        hint="Peers that sit directly in it do not reach each other."
        {...form.register('isolated')}
      />
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

const faultsOf = (plan: Plan, parent: CidrNode, text: string) => {
  const prefix = parsePrefix(text.trim())
  const problem = prefix.ok && placementProblem(plan.tree, parent, prefix.value, seatedIn(plan, parent))
  return problem ? { prefix: explainPlacement(problem) } : {}
}

const seatedIn = (plan: Plan, parent: CidrNode) =>
  plan.membersIn(parent.id).map((peer) => ({ name: peer.name, address: peer.at }))

/** Stands for a name that is missing or taken; no CIDR can have it, so the drawn tree has it once. */
const UNNAMED = '…'

/** Hands on what the form describes while it could be added; answers what it would take in, in a sentence. */
function useDraft(
  plan: Plan,
  parent: CidrNode,
  form: ReturnType<typeof useForm<Values, unknown, CreateCidr>>,
  onDraft: AddCidrProps['onDraft'],
) {
  const [name, text] = useWatch({ control: form.control, name: ['name', 'prefix'] })
  const prefix = useMemo(() => {
    const parsed = parsePrefix(text.trim())
    const fits = parsed.ok && !placementProblem(plan.tree, parent, parsed.value, seatedIn(plan, parent))
    return fits ? parsed.value : null
  }, [plan, parent, text])
  useEffect(
    () => onDraft(prefix && { name: name && !plan.tree.byName(name) ? name : UNNAMED, prefix }),
    [plan, name, prefix, onDraft],
  )
  useEffect(() => () => onDraft(null), [onDraft])
  const children = prefix ? adopts(plan.tree, parent, prefix) : []
  return children.length > 0 ? `Takes in ${children.map((child) => child.name).join(', ')}.` : null
}
