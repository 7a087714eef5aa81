import { CreateNetwork, EditNetwork } from '@warren/protocol'
import { asAdmin, asOwner, asViewer, router } from '../trpc.ts'
import { createNetwork } from './create-network.ts'
import { editNetwork } from './edit-network.ts'
import { listVisibleNetworks } from './list-networks.ts'
import { FollowNetwork, followNetwork, NetworkState, networkState } from './network-state.ts'
import { suggestNetwork } from './suggest-network.ts'

export const networkRouter = router({
  list: asViewer.meta({ spansNetworks: true }).query(({ ctx }) => listVisibleNetworks(ctx)),
  state: asViewer.input(NetworkState).query(({ ctx, input }) => networkState(ctx, input)),
  follow: asViewer.input(FollowNetwork).query(({ ctx, input }) => followNetwork(ctx, input)),
  suggest: asOwner.query(({ ctx }) => suggestNetwork(ctx)),
  create: asOwner.input(CreateNetwork).mutation(({ ctx, input }) => createNetwork(ctx, input)),
  edit: asAdmin.input(EditNetwork).mutation(({ ctx, input }) => editNetwork(ctx, input)),
})
