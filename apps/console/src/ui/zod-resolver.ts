import type { FieldErrors, FieldValues, Path, Resolver } from 'react-hook-form'
import type * as z from 'zod'

/** Sentences by field, for a rule that a schema alone cannot know. Empty when all is well. */
export type Faults<In extends FieldValues> = Partial<Record<Path<In>, string>>

/**
 * Lets react-hook-form check with a zod schema and with a rule over the raw values, which says nothing about fields that
 * it cannot read. The schema's first sentence for each field wins, under its dotted path; what concerns no field goes to
 * `root`. `Out` is what the schema makes of the input.
 */
export function zodResolver<In extends FieldValues, Out>(
  schema: z.ZodType<Out>,
  rule: (values: In) => Faults<In> = () => ({}),
): Resolver<In, unknown, Out> {
  return async (values) => {
    const parsed = await schema.safeParseAsync(values)
    const faults: Record<string, string | undefined> = {}
    if (!parsed.success) {
      for (const issue of parsed.error.issues) faults[issue.path.join('.') || 'root'] ??= issue.message
    }
    const all = Object.entries({ ...rule(values), ...faults })
    if (parsed.success && all.length === 0) return { values: parsed.data, errors: {} }
    return { values: {}, errors: Object.fromEntries(all.map(fieldError)) as FieldErrors<In> }
  }
}

const fieldError = ([at, message]: [string, string | undefined]) => [at, { type: 'rule', message }]
