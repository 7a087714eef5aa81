'use client'

import { type CidrNode, explainResize, formatPrefix, parsePrefix, resizeProblem } from '@warren/cidr'
import { EditCidr } from '@warren/protocol'
import { useForm } from 'react-hook-form'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member, Plan } from '~/features/network/plan.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { useCidrChanges } from './use-cidr-changes.ts'

type Values = { networkId: number; cidrId: number; name: string; prefix: string }

/** Renames a CIDR, and grows or shrinks it as long as everything in it still fits. */
export function EditCidrForm({ node, onDone }: { node: CidrNode; onDone: () => void }) {
  const { plan } = useNetwork()
  const { edit, networkId } = useCidrChanges()
  const form = useForm<Values, unknown, EditCidr>({
    mode: 'onChange',
    resolver: zodResolver(EditCidr, (values) => faultsOf(plan, node, values.prefix)),
    defaultValues: { networkId, cidrId: node.id, name: node.name, prefix: formatPrefix(node.prefix) },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit((input) =>
    edit.mutateAsync(input).then(onDone, (error: unknown) => placeRefusal(form, error)),
  )
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="Name" error={errors.name?.message}>
        {(control) => <TextInput {...control} {...form.register('name')} autoFocus />}
      </Field>
      <Field
        label="Prefix"
        error={errors.prefix?.message}
        hint="It may grow or shrink as long as everything in it still fits."
      >
        {(control) => <TextInput {...control} {...form.register('prefix')} mono />}
      </Field>
      <FormError>{errors.root?.message}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="solid" busy={isSubmitting}>
          Save
        </Button>
      </Actions>
    </form>
  )
}

function faultsOf(plan: Plan, node: CidrNode, text: string) {
  const prefix = parsePrefix(text.trim())
  if (!prefix.ok) return {}
  const inParent = node.parentId === null ? [] : plan.membersIn(node.parentId)
  const problem = resizeProblem(plan.tree, node.id, prefix.value, seated(plan.membersIn(node.id)), seated(inParent))
  return problem ? { prefix: explainResize(problem) } : {}
}

const seated = (peers: readonly Member[]) => peers.map((peer) => ({ name: peer.name, address: peer.at }))
