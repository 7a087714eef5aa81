import { asViewer, router } from '../trpc.ts'
import { NetworkTraffic, TrafficOf, trafficNow, trafficOf } from './read-traffic.ts'

export const trafficRouter = router({
  of: asViewer.input(TrafficOf).query(({ ctx, input }) => trafficOf(ctx, input)),
  now: asViewer.input(NetworkTraffic).query(({ ctx, input }) => trafficNow(ctx, input)),
})
