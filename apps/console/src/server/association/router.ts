import { CreateAssociation, DeleteAssociation } from '@warren/protocol'
import { asAdmin, router } from '../trpc.ts'
import { createAssociation } from './create-association.ts'
import { deleteAssociation } from './delete-association.ts'

export const associationRouter = router({
  create: asAdmin.input(CreateAssociation).mutation(({ ctx, input }) => createAssociation(ctx, input)),
  delete: asAdmin.input(DeleteAssociation).mutation(({ ctx, input }) => deleteAssociation(ctx, input)),
})
