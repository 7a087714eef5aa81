import {
  CreatePeer,
  DeletePeer,
  DeletePeers,
  EditPeer,
  MovePeer,
  MovePeers,
  ReleaseAddress,
  RenamePeer,
  RotatePeerKeys,
  SetPeerEnabled,
  SetPeersEnabled,
} from '@warren/protocol'
import { asAdmin, router } from '../trpc.ts'
import { createPeer } from './create-peer.ts'
import { deleteMany } from './delete-many.ts'
import { deletePeer } from './delete-peer.ts'
import { editPeer } from './edit-peer.ts'
import { moveMany } from './move-many.ts'
import { movePeer } from './move-peer.ts'
import { releaseAddress } from './release-address.ts'
import { renamePeer } from './rename-peer.ts'
import { rotateKeys } from './rotate-keys.ts'
import { setManyEnabled } from './set-enabled-many.ts'
import { setPeerEnabled } from './set-peer-enabled.ts'

export const peerRouter = router({
  create: asAdmin.input(CreatePeer).mutation(({ ctx, input }) => createPeer(ctx, input)),
  rename: asAdmin.input(RenamePeer).mutation(({ ctx, input }) => renamePeer(ctx, input)),
  move: asAdmin.input(MovePeer).mutation(({ ctx, input }) => movePeer(ctx, input)),
  setEnabled: asAdmin.input(SetPeerEnabled).mutation(({ ctx, input }) => setPeerEnabled(ctx, input)),
  edit: asAdmin.input(EditPeer).mutation(({ ctx, input }) => editPeer(ctx, input)),
  delete: asAdmin.input(DeletePeer).mutation(({ ctx, input }) => deletePeer(ctx, input)),
  setManyEnabled: asAdmin.input(SetPeersEnabled).mutation(({ ctx, input }) => setManyEnabled(ctx, input)),
  moveMany: asAdmin.input(MovePeers).mutation(({ ctx, input }) => moveMany(ctx, input)),
  deleteMany: asAdmin.input(DeletePeers).mutation(({ ctx, input }) => deleteMany(ctx, input)),
  rotateKeys: asAdmin.input(RotatePeerKeys).mutation(({ ctx, input }) => rotateKeys(ctx, input)),
  releaseAddress: asAdmin.input(ReleaseAddress).mutation(({ ctx, input }) => releaseAddress(ctx, input)),
})
