'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { EditNetwork } from '@warren/protocol'
import { useForm } from 'react-hook-form'
import { useTRPC } from '~/trpc/client.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { useNetwork, useRefresh } from './context.tsx'

type Values = { networkId: number; endpoint: string; invitationHours: number }

/** What can be changed about a network: where its hub is reached, and how long invitations live. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { network } = useNetwork().plan
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
  const form = useForm<Values, unknown, EditNetwork>({
    resolver: zodResolver(EditNetwork),
    defaultValues: { networkId: network.id, endpoint: network.endpoint, invitationHours: network.invitationHours },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit((input) =>
    edit.mutateAsync(input).then(onClose, (error: unknown) => placeRefusal(form, error)),
  )
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Settings of ${network.name}`}
      description={`Interface ${network.interface}, UDP port ${network.listenPort}.`}
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <Field
          label="Public endpoint of the hub"
          error={errors.endpoint?.message}
          hint="New invitations name it, and agents that are connected learn it."
        >
          {(control) => <TextInput {...control} {...form.register('endpoint')} mono autoFocus />}
        </Field>
        <Field label="Hours an invitation lives" error={errors.invitationHours?.message}>
          {(control) => (
            <TextInput
              {...control}
              {...form.register('invitationHours', { valueAsNumber: true })}
              type="number"
              className="max-w-28"
            />
          )}
        </Field>
        <FormError>{errors.root?.message}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="solid" busy={isSubmitting}>
            Save
          </Button>
        </Actions>
      </form>
    </Dialog>
  )
}
