import { TRPCError } from '@trpc/server'
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc'
import { Refusal, type RefusalKind } from '@warren/protocol'
import * as z from 'zod'

/** What a bug says to the outside. */
export const SILENCE = 'Something went wrong on our side.'

/** The kinds of refusal are the keys, so none can lack a code. */
const codes = {
  'bad-input': 'BAD_REQUEST',
  'not-signed-in': 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  'rule-broken': 'UNPROCESSABLE_CONTENT',
  expired: 'PRECONDITION_FAILED',
  'too-many': 'TOO_MANY_REQUESTS',
  unavailable: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<RefusalKind, TRPC_ERROR_CODE_KEY>

/**
 * What a failed procedure answers where the failure was expected: a refusal, or an input that its schema turned down.
 * Null for anything else, which is a bug or tRPC's own matter.
 */
export function refusedAs(error: TRPCError): TRPCError | null {
  // A schema that turns down something else than the input is a bug, and comes with another code.
  const turnedDown = error.code === 'BAD_REQUEST' && error.cause instanceof z.core.$ZodError ? error.cause : null
  const refusal = turnedDown ? inputRefusal(turnedDown) : error.cause
  return refusal instanceof Refusal ? refused(refusal) : null
}

/** A refusal with the code it has on the wire. */
export const refused = (refusal: Refusal): TRPCError =>
  new TRPCError({ code: codes[refusal.kind], message: refusal.message, cause: refusal })

/** The first issue of an input, as a sentence about its field. */
function inputRefusal(error: z.core.$ZodError): Refusal {
  const issue = error.issues[0]
  const field = issue?.path.find((part) => typeof part === 'string') ?? null
  if (!issue) return new Refusal('bad-input', 'The input is not usable.')
  return new Refusal('bad-input', sentenceOf(issue, field), field)
}

/** Sentences of ours name what they are about. Those that zod makes begin like this and do not. */
const ZODS_OWN = /^(Invalid|Too small|Too big|Unrecognized)/

function sentenceOf(issue: z.core.$ZodIssue, field: string | null): string {
  if (!ZODS_OWN.test(issue.message)) return issue.message
  if (field === null) return `The input is not usable: ${issue.message}.`
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return missing ? `${field} is missing.` : `${field} is not usable: ${issue.message}.`
}
