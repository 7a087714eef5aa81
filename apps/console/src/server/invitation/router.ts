import { CreateInvitation, RevokeInvitation } from '@warren/protocol'
import { asAdmin, router } from '../trpc.ts'
import { createInvitation } from './create-invitation.ts'
import { revokeInvitation } from './revoke-invitation.ts'

export const invitationRouter = router({
  create: asAdmin.input(CreateInvitation).mutation(({ ctx, input }) => createInvitation(ctx, input)),
  revoke: asAdmin.input(RevokeInvitation).mutation(({ ctx, input }) => revokeInvitation(ctx, input)),
})
