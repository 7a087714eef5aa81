import { AddIpv6, CreateCidr, DeleteCidr, EditCidr, RemoveIpv6, SplitCidr } from '@warren/protocol'
import { asAdmin, router } from '../trpc.ts'
import { addIpv6, removeIpv6 } from './add-ipv6.ts'
import { createCidr } from './create-cidr.ts'
import { deleteCidr } from './delete-cidr.ts'
import { editCidr } from './edit-cidr.ts'
import { splitCidr } from './split-cidr.ts'

export const cidrRouter = router({
  create: asAdmin.input(CreateCidr).mutation(({ ctx, input }) => createCidr(ctx, input)),
  edit: asAdmin.input(EditCidr).mutation(({ ctx, input }) => editCidr(ctx, input)),
  split: asAdmin.input(SplitCidr).mutation(({ ctx, input }) => splitCidr(ctx, input)),
  addIpv6: asAdmin.input(AddIpv6).mutation(({ ctx, input }) => addIpv6(ctx, input)),
  removeIpv6: asAdmin.input(RemoveIpv6).mutation(({ ctx, input }) => removeIpv6(ctx, input)),
  delete: asAdmin.input(DeleteCidr).mutation(({ ctx, input }) => deleteCidr(ctx, input)),
})
