'use client'

import { AddPerson, type Subtree } from '@warren/protocol'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import type { Link } from './link-dialog.tsx'
import type { Person } from './people-page.tsx'
import { type Right, RightField } from './right-field.tsx'
import { SubtreeField } from './subtree-field.tsx'
import { usePeopleChanges } from './use-people.ts'

type Props = { person: Person | null; onClose: () => void; onAdded: (link: Link) => void }

/** Adds a person, or gives one other rights. */
export function PersonDialog({ person, onClose, onAdded }: Props) {
  const { add, edit } = usePeopleChanges()
  const [right, setRight] = useState<Right>(person ? rightOf(person) : 'viewer')
  const form = useForm<AddPerson>({
    resolver: zodResolver(AddPerson),
    defaultValues: {
      name: person?.name ?? '',
      role: person?.role ?? 'viewer',
      subtree: person?.subtree ? placeOf(person.subtree) : null,
    },
  })
  const { errors, isSubmitting } = form.formState
  const choose = (next: Right) => {
    setRight(next)
    form.setValue('role', next === 'subtree' ? 'admin' : next)
    if (next !== 'subtree') form.setValue('subtree', null)
    form.clearErrors()
  }
  const submit = form.handleSubmit(async ({ name, role, subtree }) => {
    if (right === 'subtree' && subtree === null) return form.setError('subtree', { message: 'Choose the CIDR.' })
    try {
      if (!person) return onAdded(await add.mutateAsync({ name, role, subtree }))
      await edit.mutateAsync({ userId: person.id, role, subtree })
      onClose()
    } catch (error) {
      placeRefusal(form, error)
    }
  })
  return (
    <Dialog
      open
      wide={right === 'subtree'}
      onClose={onClose}
      title={person ? `Rights of ${person.name}` : 'Add a person'}
      description={
        person ? 'They count from the next request on.' : 'You get a link to pass on, with which they set a password.'
      }
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        {!person && (
          <Field label="User name" error={errors.name?.message} hint="An e-mail address will do.">
            {(control) => <TextInput {...control} {...form.register('name')} autoFocus />}
          </Field>
        )}
        <RightField value={right} onChange={choose} />
        {right === 'subtree' && (
          <SubtreeField
            value={form.watch('subtree')}
            onChange={(place) => form.setValue('subtree', place, { shouldValidate: true })}
            error={errors.subtree?.message}
          />
        )}
        <FormError>{errors.root?.message}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="solid" busy={isSubmitting}>
            {person ? 'Save' : 'Add and make link'}
          </Button>
        </Actions>
      </form>
    </Dialog>
  )
}

const rightOf = ({ role, subtree }: Person): Right => (subtree ? 'subtree' : role)

const placeOf = ({ networkId, cidrId }: Subtree): Subtree => ({ networkId, cidrId })
