import { asViewer, router } from '../trpc.ts'
import { latestReceipts, ReceiptOf, RecentReceipts, receiptOf } from './read-receipts.ts'

export const receiptRouter = router({
  of: asViewer.input(ReceiptOf).query(({ ctx, input }) => receiptOf(ctx, input)),
  recent: asViewer.input(RecentReceipts).query(({ ctx, input }) => latestReceipts(ctx, input)),
})
