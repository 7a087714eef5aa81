import { SetUp } from '@warren/protocol'
import { asPublic, router } from '../trpc.ts'
import { createOwner } from './create-owner.ts'
import { setUpState } from './set-up-state.ts'

export const setUpRouter = router({
  state: asPublic.query(({ ctx }) => setUpState(ctx)),
  createOwner: asPublic
    .input(SetUp)
    .mutation(({ ctx, input }) => createOwner(ctx.db, input, { source: ctx.source, now: new Date() })),
})
