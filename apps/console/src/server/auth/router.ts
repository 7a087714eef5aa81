import { asPublic, router } from '../trpc.ts'
import { oidcName } from './oidc.ts'
import { whoIsThis } from './who-is-this.ts'

export const sessionRouter = router({
  me: asPublic.query(({ ctx }) => whoIsThis(ctx)),
  /** The ways in besides a name and a password. */
  providers: asPublic.query(() => {
    const name = oidcName()
    return { oidc: name === null ? null : { name } }
  }),
})
