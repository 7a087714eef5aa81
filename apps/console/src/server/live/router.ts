import { whileAllowed } from '../auth/while-allowed.ts'
import { asViewer, router } from '../trpc.ts'
import { liveEvents } from './live-events.ts'

export const liveRouter = router({
  events: asViewer
    .meta({ spansNetworks: true })
    .subscription(({ ctx, signal }) => whileAllowed(ctx, signal, (until) => liveEvents(ctx, until))),
})
