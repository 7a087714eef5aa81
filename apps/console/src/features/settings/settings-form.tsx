'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { EditNetwork, type NetworkRow } from '@warren/protocol'
import { useForm } from 'react-hook-form'
import { useRefresh } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'

type Values = Required<EditNetwork>

/** Where the hub is reached, how long invitations live, and the keepalive. */
export function SettingsForm({ network, whyNot }: { network: NetworkRow; whyNot: string | null }) {
  const trpc = useTRPC()
  const refresh = useRefresh()
  const queries = useQueryClient()
  const edit = useMutation(
    trpc.network.edit.mutationOptions({
      onSuccess: async () => {
        await refresh(network.id)
        await queries.invalidateQueries(trpc.network.list.queryFilter())
      },
    }),
  )
  const { endpoint, invitationHours, keepaliveS } = network
  const form = useForm<Values, unknown, EditNetwork>({
    resolver: zodResolver(EditNetwork),
    defaultValues: { networkId: network.id, endpoint, invitationHours, keepaliveS },
  })
  const { errors, isSubmitting, isDirty } = form.formState
  const submit = form.handleSubmit((input) =>
    edit.mutateAsync(input).then(undefined, (error: unknown) => placeRefusal(form, error)),
  )
  const number = { valueAsNumber: true } as const
  const readOnly = whyNot !== null
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid max-w-sm gap-3">
      <Field
        label="Public endpoint of the hub"
        error={errors.endpoint?.message}
        hint="Where nodes reach it from outside: address or name, and port."
      >
        {(control) => <TextInput {...control} {...form.register('endpoint')} mono readOnly={readOnly} />}
      </Field>
      <Field label="Hours an invitation lives" error={errors.invitationHours?.message} hint="From 1 to 8760, a year.">
        {(control) => (
          <TextInput
            {...control}
            {...form.register('invitationHours', number)}
            type="number"
            readOnly={readOnly}
            className="max-w-28 text-right"
          />
        )}
      </Field>
      <Field
        label="Seconds between keepalives"
        error={errors.keepaliveS?.message}
        hint="They keep a NAT's mapping open; 25 suits most, 0 sends none."
      >
        {(control) => (
          <TextInput
            {...control}
            {...form.register('keepaliveS', number)}
            type="number"
            readOnly={readOnly}
            className="max-w-28 text-right"
          />
        )}
      </Field>
      <FormError>{errors.root?.message}</FormError>
      <div>
        <Button
          type="submit"
          tone="solid"
          busy={isSubmitting}
          whyNot={whyNot ?? (isDirty ? null : 'Nothing is changed yet')}
        >
          Save
        </Button>
      </div>
    </form>
  )
}
