import { asViewer, router } from '../trpc.ts'
import { ListActivity, listActivity } from './list-activity.ts'

export const activityRouter = router({
  list: asViewer.input(ListActivity).query(({ ctx, input }) => listActivity(ctx, input)),
})
