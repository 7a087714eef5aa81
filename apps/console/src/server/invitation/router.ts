import { CreateInvitation, CreateInvitations, RevokeInvitation } from '@warren/protocol'
import { asAdmin, router } from '../trpc.ts'
import { createInvitation } from './create-invitation.ts'
import { createMany } from './create-many.ts'
import { revokeInvitation } from './revoke-invitation.ts'

export const invitationRouter = router({
  create: asAdmin.input(CreateInvitation).mutation(({ ctx, input }) => createInvitation(ctx, input)),
  createMany: asAdmin.input(CreateInvitations).mutation(({ ctx, input }) => createMany(ctx, input)),
  revoke: asAdmin.input(RevokeInvitation).mutation(({ ctx, input }) => revokeInvitation(ctx, input)),
})
