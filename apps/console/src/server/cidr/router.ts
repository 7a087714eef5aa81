import { CreateCidr, DeleteCidr, EditCidr, SplitCidr } from '@warren/protocol'
import { asAdmin, router } from '../trpc.ts'
import { createCidr } from './create-cidr.ts'
import { deleteCidr } from './delete-cidr.ts'
import { editCidr } from './edit-cidr.ts'
import { splitCidr } from './split-cidr.ts'

export const cidrRouter = router({
  create: asAdmin.input(CreateCidr).mutation(({ ctx, input }) => createCidr(ctx, input)),
  edit: asAdmin.input(EditCidr).mutation(({ ctx, input }) => editCidr(ctx, input)),
  split: asAdmin.input(SplitCidr).mutation(({ ctx, input }) => splitCidr(ctx, input)),
  delete: asAdmin.input(DeleteCidr).mutation(({ ctx, input }) => deleteCidr(ctx, input)),
})
