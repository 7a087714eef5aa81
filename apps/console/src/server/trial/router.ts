import { SettleTrial } from '@warren/protocol'
import { asAdmin, asViewer, router } from '../trpc.ts'
import { ListTrials, listTrials } from './list-trials.ts'
import { settleTrial } from './settle-trial.ts'

export const trialRouter = router({
  list: asViewer.input(ListTrials).query(({ ctx, input }) => listTrials(ctx, input)),
  settle: asAdmin.input(SettleTrial).mutation(({ ctx, input }) => settleTrial(ctx, input)),
})
