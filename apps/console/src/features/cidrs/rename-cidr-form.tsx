'use client'

import type { CidrNode } from '@warren/cidr'
import { EditCidr } from '@warren/protocol'
import { useForm } from 'react-hook-form'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { useCidrChanges } from './use-cidr-changes.ts'

type Values = { networkId: number; cidrId: number; name: string }

/** Renames a CIDR. Nobody's reach or address changes with it. */
export function RenameCidrForm({ node, onDone }: { node: CidrNode; onDone: (name: string | null) => void }) {
  const { edit, networkId } = useCidrChanges()
  const form = useForm<Values, unknown, EditCidr>({
    mode: 'onChange',
    resolver: zodResolver(EditCidr),
    defaultValues: { networkId, cidrId: node.id, name: node.name },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit((input) =>
    edit.mutateAsync(input).then(
      () => onDone(input.name ?? null),
      (error: unknown) => placeRefusal(form, error),
    ),
  )
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="Name" error={errors.name?.message} hint="Who reaches whom stays as it is.">
        {(control) => (
          <TextInput {...control} {...form.register('name')} autoFocus onFocus={(event) => event.target.select()} />
        )}
      </Field>
      <FormError>{errors.root?.message}</FormError>
      <Actions>
        <Button onClick={() => onDone(null)}>Cancel</Button>
        <Button type="submit" tone="solid" busy={isSubmitting}>
          Rename
        </Button>
      </Actions>
    </form>
  )
}
