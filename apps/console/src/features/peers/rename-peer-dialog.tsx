'use client'

import { RenamePeer } from '@warren/protocol'
import { useForm } from 'react-hook-form'
import type { Member } from '~/features/network/plan.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { usePeerChanges } from './use-peer-changes.ts'

export function RenamePeerDialog({ peer, onClose }: { peer: Member; onClose: () => void }) {
  const { rename, networkId } = usePeerChanges()
  const form = useForm<RenamePeer>({
    mode: 'onChange',
    resolver: zodResolver(RenamePeer),
    defaultValues: { networkId, peerId: peer.id, name: peer.name },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit((input) =>
    rename.mutateAsync(input).then(onClose, (error: unknown) => placeRefusal(form, error)),
  )
  return (
    <Dialog open onClose={onClose} title={`Rename ${peer.name}`}>
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <Field label="Name" error={errors.name?.message} hint="Its host name changes on every node that reaches it.">
          {(control) => <TextInput {...control} {...form.register('name')} autoFocus />}
        </Field>
        <FormError>{errors.root?.message}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="solid" busy={isSubmitting}>
            Rename
          </Button>
        </Actions>
      </form>
    </Dialog>
  )
}
