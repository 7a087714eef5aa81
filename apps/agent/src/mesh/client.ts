import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client'
import { no, ok, type Result } from '@warren/cidr'
import {
  formatEndpoint,
  HelloAnswer,
  HUB_KEY_HEADER,
  LinksAnswer,
  type LinksInput,
  MESH_PATH,
  OverrideEndpointAnswer,
  type OverrideEndpointInput,
  type PeerSecret,
  PollAnswer,
  type PollInput,
  type PublicKey,
  RedeemAnswer,
  type RedeemInput,
  Refusal,
  ReportAnswer,
  type ReportInput,
  RotateKeyAnswer,
  type RotateKeyInput,
  refusalKinds,
  SECRET_HEADER,
} from '@warren/protocol'
import * as z from 'zod'
import type { Outage } from '../plan/backoff.ts'
import { hasCode } from '../system/files.ts'
import { httpFetch, Silence } from './http-fetch.ts'

/** Where the mesh API answers, and what this node proves itself with. */
export type MeshTarget = {
  /** Addresses of the hub, in the order in which they are tried. */
  readonly hosts: readonly [string, ...string[]]
  readonly port: number
  readonly hubKey: PublicKey
  /** Null before redemption. */
  readonly secret: PeerSecret | null
}

/** Why a question to the console has no answer. */
export type MeshProblem =
  | { readonly kind: 'outage'; readonly outage: Outage; readonly sentence: string }
  /** The console understood and said no. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** It answered, but not with what the protocol allows. */
  | { readonly kind: 'nonsense'; readonly sentence: string }
  | { readonly kind: 'aborted' }

export type Mesh = {
  redeem(input: RedeemInput, signal: AbortSignal): Promise<Result<RedeemAnswer, MeshProblem>>
  poll(input: PollInput, signal: AbortSignal): Promise<Result<PollAnswer, MeshProblem>>
  report(input: ReportInput, signal: AbortSignal): Promise<Result<object, MeshProblem>>
  links(input: LinksInput, signal: AbortSignal): Promise<Result<LinksAnswer, MeshProblem>>
  overrideEndpoint(
    input: OverrideEndpointInput,
    signal: AbortSignal,
  ): Promise<Result<OverrideEndpointAnswer, MeshProblem>>
  /** Asks nothing but to be heard. */
  hello(signal: AbortSignal): Promise<Result<object, MeshProblem>>
  /** Another key for this member, signed by its present one. */
  rotateKey(input: RotateKeyInput, signal: AbortSignal): Promise<Result<object, MeshProblem>>
  /** Whether the line stays open between two questions, at the cost of a packet every second. It does until told. */
  keepLine(kept: boolean): void
  /** Drops open connections: they belong to an address that this node no longer has, or to before a sleep. */
  reset(): void
}

/** Chosen: how long an answer may take beyond the time that the console was asked to hold it. */
const GRACE_MS = 10_000

/** The console's mesh API through the tunnel. Every answer is parsed before anybody sees it; nothing is thrown. */
export function meshClient(target: MeshTarget): Mesh {
  const http = httpFetch(target.hosts)
  const headers = { [HUB_KEY_HEADER]: target.hubKey, ...(target.secret ? { [SECRET_HEADER]: target.secret } : {}) }
  const url = `http://${formatEndpoint({ host: target.hosts[0], port: target.port })}${MESH_PATH}`
  const client = createTRPCUntypedClient({ links: [httpLink({ url, fetch: http.ask, headers })] })

  const ask = async <T>(question: Question<T>, signal: AbortSignal): Promise<Result<T, MeshProblem>> => {
    // Not AbortSignal.any: Node 20 lets go of its parts too late for a signal that lives as long as a daemon.
    const line = new AbortController()
    const hangUp = (): void => line.abort()
    const timer = setTimeout(hangUp, question.heldMs + GRACE_MS)
    signal.addEventListener('abort', hangUp)
    try {
      return parsed(
        question.schema,
        await client.mutation(`mesh.${question.name}`, question.input, { signal: line.signal }),
      )
    } catch (error) {
      if (signal.aborted) return no({ kind: 'aborted' })
      return no(line.signal.aborted ? silent('The console did not answer in time.') : problemOf(error))
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', hangUp)
    }
  }

  return {
    redeem: (input, signal) => ask({ name: 'redeem', input, schema: RedeemAnswer, heldMs: 0 }, signal),
    poll: (input, signal) => ask({ name: 'poll', input, schema: PollAnswer, heldMs: input.waitS * 1000 }, signal),
    report: (input, signal) => ask({ name: 'report', input, schema: ReportAnswer, heldMs: 0 }, signal),
    links: (input, signal) => ask({ name: 'links', input, schema: LinksAnswer, heldMs: 0 }, signal),
    overrideEndpoint: (input, signal) =>
      ask({ name: 'overrideEndpoint', input, schema: OverrideEndpointAnswer, heldMs: 0 }, signal),
    hello: (signal) => ask({ name: 'hello', input: undefined, schema: HelloAnswer, heldMs: 0 }, signal),
    rotateKey: (input, signal) => ask({ name: 'rotateKey', input, schema: RotateKeyAnswer, heldMs: 0 }, signal),
    keepLine: http.keepLine,
    reset: http.reset,
  }
}

type Question<T> = {
  readonly name: string
  readonly input: unknown
  readonly schema: z.ZodType<T>
  /** How long the console was asked to hold it. */
  readonly heldMs: number
}

function parsed<T>(schema: z.ZodType<T>, answer: unknown): Result<T, MeshProblem> {
  const value = schema.safeParse(answer)
  if (value.success) return ok(value.data)
  const issue = value.error.issues[0]
  const where = issue?.path.join('.') || 'its top level'
  return no({ kind: 'nonsense', sentence: `The console's answer is not what it should be at ${where}.` })
}

/** What the console puts beside a refusal's words (tRPC's error shape, `data.refusal`). */
const RefusalData = z.object({
  refusal: z.object({ kind: z.enum(refusalKinds), field: z.string().nullable().default(null) }),
})

/** What a failed question means. Throws what is no answer of tRPC. */
export function problemOf(error: unknown): MeshProblem {
  if (!(error instanceof TRPCClientError)) throw error
  const data = RefusalData.safeParse(error.data)
  if (data.success) {
    const { kind, field } = data.data.refusal
    return { kind: 'refused', refusal: new Refusal(kind, error.message.slice(0, 500), field) }
  }
  if (error.data) return silent('The console answered with a fault of its own.')
  const { cause } = error
  if (
    cause instanceof Silence ||
    hasCode(cause, 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENOKEY', 'EDESTADDRREQ')
  ) {
    return silent('The console did not answer.')
  }
  if (cause instanceof Error && 'code' in cause) {
    return { kind: 'outage', outage: 'refused', sentence: 'The console is not running, or was just restarted.' }
  }
  return { kind: 'nonsense', sentence: 'The console did not answer in the language of the mesh API.' }
}

const silent = (sentence: string): MeshProblem => ({ kind: 'outage', outage: 'silent', sentence })
