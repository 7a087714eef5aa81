'use client'

import { useMutation } from '@tanstack/react-query'
import { useNetwork, useRefresh } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'

/** What can be done to peers and invitations. Each ends when the page shows it. */
export function usePeerChanges() {
  const trpc = useTRPC()
  const refresh = useRefresh()
  const networkId = useNetwork().plan.network.id
  const then = { onSuccess: () => refresh(networkId) }
  return {
    networkId,
    create: useMutation(trpc.peer.create.mutationOptions(then)),
    rename: useMutation(trpc.peer.rename.mutationOptions(then)),
    move: useMutation(trpc.peer.move.mutationOptions(then)),
    setEnabled: useMutation(trpc.peer.setEnabled.mutationOptions(then)),
    edit: useMutation(trpc.peer.edit.mutationOptions(then)),
    remove: useMutation(trpc.peer.delete.mutationOptions(then)),
    setManyEnabled: useMutation(trpc.peer.setManyEnabled.mutationOptions(then)),
    moveMany: useMutation(trpc.peer.moveMany.mutationOptions(then)),
    removeMany: useMutation(trpc.peer.deleteMany.mutationOptions(then)),
    inviteMany: useMutation(trpc.invitation.createMany.mutationOptions(then)),
    askForKeys: useMutation(trpc.peer.rotateKeys.mutationOptions(then)),
    release: useMutation(trpc.peer.releaseAddress.mutationOptions(then)),
    invite: useMutation(trpc.invitation.create.mutationOptions(then)),
    revoke: useMutation(trpc.invitation.revoke.mutationOptions(then)),
  }
}
