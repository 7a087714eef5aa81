import { AcceptWelcome, LookWelcome } from '@warren/protocol'
import { asPublic, router } from '../trpc.ts'
import { acceptWelcome, lookWelcome } from './accept-welcome.ts'

/** Both are mutations: what a query is asked stands in the URL, where a token must not. */
export const welcomeRouter = router({
  look: asPublic.input(LookWelcome).mutation(({ ctx, input }) => lookWelcome(ctx, input)),
  accept: asPublic.input(AcceptWelcome).mutation(({ ctx, input }) => acceptWelcome(ctx, input)),
})
