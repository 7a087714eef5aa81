import { TRPCClientError } from '@trpc/client'
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form'
import type { AppRouter } from '~/server/router.ts'

const isOurs = (error: unknown): error is TRPCClientError<AppRouter> => error instanceof TRPCClientError

/** Whether the server answered with a refusal: asking again would bring the same. */
export const isRefused = (error: unknown): boolean => isOurs(error) && Boolean(error.data?.refusal)

/** Whether nobody is signed in any more. */
export const isSignedOut = (error: unknown): boolean => isOurs(error) && error.data?.refusal?.kind === 'not-signed-in'

/** What went wrong, in one sentence: the server's own where it spoke. */
export function sentenceOf(error: unknown): string {
  if (isOurs(error) && error.data) return error.message
  return 'The console does not answer; nothing was changed. Check that it is running, then try again.'
}

/**
 * Shows a failed submission in its form: beside the field that the server names if the form has it, else for the form as
 * a whole. `names` maps the server's field to the form's where they differ.
 */
export function placeRefusal<T extends FieldValues>(
  form: Pick<UseFormReturn<T>, 'setError' | 'getValues'>,
  error: unknown,
  names: Partial<Record<string, Path<T>>> = {},
): void {
  const field = isOurs(error) ? (error.data?.refusal?.field ?? null) : null
  const known = field !== null && field in form.getValues() ? (field as Path<T>) : undefined
  const at = (field !== null ? names[field] : undefined) ?? known
  form.setError(at ?? 'root', { type: 'server', message: sentenceOf(error) }, { shouldFocus: true })
}
