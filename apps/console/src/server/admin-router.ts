import { activityRouter } from './activity/router.ts'
import { associationRouter } from './association/router.ts'
import { cidrRouter } from './cidr/router.ts'
import { invitationRouter } from './invitation/router.ts'
import { linkRouter } from './link/router.ts'
import { networkRouter } from './network/router.ts'
import { peerRouter } from './peer/router.ts'
import { receiptRouter } from './receipt/router.ts'
import { trafficRouter } from './traffic/router.ts'
import { trialRouter } from './trial/router.ts'
import { router } from './trpc.ts'

/** What an admin may ask from the browser as well as from an admin peer over the mesh. */
export const adminRouters = {
  network: networkRouter,
  cidr: cidrRouter,
  association: associationRouter,
  peer: peerRouter,
  invitation: invitationRouter,
  activity: activityRouter,
  trial: trialRouter,
  link: linkRouter,
  traffic: trafficRouter,
  receipt: receiptRouter,
}

/** The same as one router, for the mesh API. */
export const adminRouter = router(adminRouters)
export type AdminRouter = typeof adminRouter
