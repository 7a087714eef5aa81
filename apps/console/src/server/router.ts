import { accountRouter } from './account/router.ts'
import { adminRouters } from './admin-router.ts'
import { sessionRouter } from './auth/router.ts'
import { liveRouter } from './live/router.ts'
import { peopleRouter } from './people/router.ts'
import { setUpRouter } from './setup/router.ts'
import { router } from './trpc.ts'
import { welcomeRouter } from './welcome/router.ts'

/** Everything that the browser, and a program with a token, may ask. */
export const appRouter = router({
  ...adminRouters,
  setup: setUpRouter,
  session: sessionRouter,
  welcome: welcomeRouter,
  account: accountRouter,
  people: peopleRouter,
  live: liveRouter,
})
export type AppRouter = typeof appRouter
