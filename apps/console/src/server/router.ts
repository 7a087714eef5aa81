import { adminRouters } from './admin-router.ts'
import { sessionRouter } from './auth/router.ts'
import { liveRouter } from './live/router.ts'
import { setUpRouter } from './setup/router.ts'
import { router } from './trpc.ts'

/** Everything the browser may ask. */
export const appRouter = router({ ...adminRouters, setup: setUpRouter, session: sessionRouter, live: liveRouter })
export type AppRouter = typeof appRouter
