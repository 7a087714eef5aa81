import { UndoChange } from '@warren/protocol'
import { asAdmin, asViewer, router } from '../trpc.ts'
import { ListActivity, listActivity } from './list-activity.ts'
import { undoChange } from './undo-change.ts'
import { ListUndoable, undoable } from './undoable.ts'

export const activityRouter = router({
  list: asViewer.input(ListActivity).query(({ ctx, input }) => listActivity(ctx, input)),
  undoable: asViewer.input(ListUndoable).query(({ ctx, input }) => undoable(ctx, input)),
  undo: asAdmin.input(UndoChange).mutation(({ ctx, input }) => undoChange(ctx, input)),
})
