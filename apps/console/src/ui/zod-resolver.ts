import type { FieldErrors, FieldValues, Path, Resolver } from 'react-hook-form'
import type * as z from 'zod'

/** Sentences by field, for a rule that a schema alone cannot know. Empty when all is well. */
export type Faults<In extends FieldValues> = Partial<Record<Path<In>, string>>

/**
 * Lets react-hook-form check with a zod schema, and then with a rule. The first sentence for each field is kept, under
 * its dotted path; what concerns no field goes to `root`. `Out` is what the schema makes of the input.
 */
export function zodResolver<In extends FieldValues, Out>(
  schema: z.ZodType<Out>,
  rule: (value: Out) => Faults<In> = () => ({}),
): Resolver<In, unknown, Out> {
  return async (values) => {
    const parsed = await schema.safeParseAsync(values)
    const faults: Record<string, string> = {}
    if (parsed.success) Object.assign(faults, rule(parsed.data))
    else for (const issue of parsed.error.issues) faults[issue.path.join('.') || 'root'] ??= issue.message
    if (parsed.success && Object.keys(faults).length === 0) return { values: parsed.data, errors: {} }
    const errors = Object.entries(faults).map(([at, message]) => [at, { type: 'rule', message }])
    return { values: {}, errors: Object.fromEntries(errors) as FieldErrors<In> }
  }
}
