import { asPublic, router } from '../trpc.ts'
import { whoIsThis } from './who-is-this.ts'

export const sessionRouter = router({
  me: asPublic.query(({ ctx }) => whoIsThis(ctx)),
})
