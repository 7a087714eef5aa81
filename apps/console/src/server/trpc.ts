import { initTRPC, TRPCError } from '@trpc/server'
import type { Db } from '@warren/db'
import { atLeast as includes, Refusal, type Role } from '@warren/protocol'
import type { Asker } from './ctx.ts'
import { refusedAs, SILENCE } from './translate.ts'

/**
 * What each request comes with. `whoAsks` is asked again by long answers, so that somebody who was disabled meanwhile
 * gets no more; it answers null when nobody known asks.
 */
export type Context = {
  readonly db: Db
  readonly whoAsks: () => Promise<Asker | null>
  /** Where the request came from, for counting attempts. */
  readonly source: string
}

/** `spansNetworks` marks the procedures that are about no single network and filter for themselves. */
type Meta = { readonly spansNetworks?: true }

/** How often an idle event stream says that it is alive, and when the browser gives it up (milliseconds). */
const HEARTBEAT_MS = 15_000
const GIVE_UP_MS = 40_000

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    // Never a stack trace in an answer, in development neither: what is seen there is what is seen in life.
    isDev: false,
    errorFormatter: ({ shape, error }) => {
      const refusal = error.cause instanceof Refusal ? error.cause : null
      const message = error.code === 'INTERNAL_SERVER_ERROR' ? SILENCE : shape.message
      return {
        ...shape,
        message,
        data: { ...shape.data, refusal: refusal && { kind: refusal.kind, field: refusal.field } },
      }
    },
    sse: {
      ping: { enabled: true, intervalMs: HEARTBEAT_MS },
      client: { reconnectAfterInactivityMs: GIVE_UP_MS },
    },
  })

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** The one place where refusals get their codes. A refusal keeps its words, a bug keeps its silence. */
const translate = t.middleware(async ({ next, path }) => {
  const result = await next()
  if (result.ok) return result
  const answer = refusedAs(result.error)
  if (answer) throw answer
  if (result.error.code !== 'INTERNAL_SERVER_ERROR') return result
  console.error(`${path} failed:`, result.error.cause ?? result.error)
  throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: SILENCE, cause: result.error.cause })
})

const networkIn = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'networkId' in input ? input.networkId : undefined

/** Lets those pass who are at least `role`, and who is bound to a network only where that one is meant. */
const atLeast = (role: Role) =>
  t.middleware(async ({ ctx, next, meta, getRawInput }) => {
    // The body first: it may take its time, and who asks has to be true when the work is done, not when it began.
    const input = await getRawInput()
    const asker = await ctx.whoAsks()
    if (!asker) throw new Refusal('not-signed-in', 'You are not signed in; sign in and try again.')
    if (!includes(asker.role, role)) {
      throw new Refusal('forbidden', `This needs the role ${role}; yours is ${asker.role}.`)
    }
    if (asker.onlyNetwork !== null && !meta?.spansNetworks && networkIn(input) !== asker.onlyNetwork) {
      throw new Refusal('not-found', 'There is no such network.', 'networkId')
    }
    const standing = { role: asker.role, subtree: asker.subtree }
    return next({ ctx: { ...ctx, asker, actor: asker.actor, standing } })
  })

/** Lets only people at a browser pass: a program's token must not become a password, a second factor or another token. */
const inPerson = t.middleware(async ({ ctx, next }) => {
  const { asker } = ctx as Context & { asker?: Asker }
  if (asker?.via === 'session') return next()
  throw new Refusal('forbidden', 'This takes a person who signed in to the console; a token cannot do it.')
})

export const asPublic = t.procedure.use(translate)
export const asViewer = asPublic.use(atLeast('viewer'))
export const asAdmin = asPublic.use(atLeast('admin'))
export const asOwner = asPublic.use(atLeast('owner'))

/** For what people do about themselves, and owners about people: it belongs to no network. */
export const asPerson = asViewer.meta({ spansNetworks: true }).use(inPerson)
export const asOwnerInPerson = asOwner.meta({ spansNetworks: true }).use(inPerson)
