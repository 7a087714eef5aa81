import type { CidrNode } from '@warren/cidr'
import { useEffect } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { Field, TextInput } from '~/ui/field.tsx'
import type { Form } from './add-cidr-form.tsx'
import { suggestedSecond } from './second.ts'

type SecondProps = {
  form: Form
  parent: CidrNode
  /** The IPv4 prefix, while it is one that the CIDR may have. */
  prefix: string | null
}

/** The IPv6 prefix of a new CIDR. Until somebody writes another one it follows the IPv4 prefix. */
export function SecondField({ form, parent, prefix }: SecondProps) {
  const { plan } = useNetwork()
  const { errors, dirtyFields } = form.formState
  const chosen = dirtyFields.prefix6 === true
  const suggestion = prefix === null ? null : suggestedSecond(plan, parent, prefix)
  useEffect(() => {
    if (!chosen && suggestion !== null) form.setValue('prefix6', suggestion)
  }, [chosen, suggestion, form])
  return (
    <Field
      label="IPv6 prefix"
      error={errors.prefix6?.message}
      hint={suggestion ? 'The next free part. Empty: it gets no IPv6.' : 'No part is free. Empty: it gets no IPv6.'}
    >
      {(control) => (
        <TextInput
          {...control}
          {...form.register('prefix6', { setValueAs: (text: string | null) => text?.trim() || null })}
          mono
        />
      )}
    </Field>
  )
}
