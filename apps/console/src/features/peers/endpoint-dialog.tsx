'use client'

import { EditPeer } from '@warren/protocol'
import { useForm } from 'react-hook-form'
import type { Member } from '~/features/network/plan.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { usePeerChanges } from './use-peer-changes.ts'

type Values = { networkId: number; peerId: number; endpointOverride: string | null }

/** Sets the endpoint of a peer by hand, or leaves it to what is observed. */
export function EndpointDialog({ peer, onClose }: { peer: Member; onClose: () => void }) {
  const { edit, networkId } = usePeerChanges()
  const form = useForm<Values, unknown, EditPeer>({
    mode: 'onSubmit',
    resolver: zodResolver(EditPeer),
    defaultValues: { networkId, peerId: peer.id, endpointOverride: peer.endpointOverride },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit((input) =>
    edit.mutateAsync(input).then(onClose, (error: unknown) => placeRefusal(form, error)),
  )
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Endpoint of ${peer.name}`}
      description="For a peer whose address an admin knows better."
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <Field
          label="Endpoint"
          error={errors.endpointOverride?.message}
          hint="host:port; 0.0.0.0:port for that port at the address that is seen. Empty: what is observed."
        >
          {(control) => (
            <TextInput
              {...control}
              {...form.register('endpointOverride', { setValueAs: (text: string | null) => text?.trim() || null })}
              mono
              autoFocus
              placeholder="203.0.113.7:51820"
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
