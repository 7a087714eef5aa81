'use client'

import dynamic from 'next/dynamic'

/*
 * What opens above a page is loaded when it is first opened: forms bring the schemas with them, and invitations the
 * curve, the codec and the QR code.
 */
export const AddPeerDialog = dynamic(() => import('./add-peer-dialog.tsx').then((module) => module.AddPeerDialog))
export const ReinviteDialog = dynamic(() => import('./reinvite-dialog.tsx').then((module) => module.ReinviteDialog))
export const RenamePeerDialog = dynamic(() =>
  import('./rename-peer-dialog.tsx').then((module) => module.RenamePeerDialog),
)
export const EndpointDialog = dynamic(() => import('./endpoint-dialog.tsx').then((module) => module.EndpointDialog))
export const PollingDialog = dynamic(() => import('./polling-dialog.tsx').then((module) => module.PollingDialog))
export const EnableManyDialog = dynamic(() => import('./many-dialog.tsx').then((module) => module.EnableManyDialog))
export const MoveManyDialog = dynamic(() => import('./many-dialog.tsx').then((module) => module.MoveManyDialog))
export const DeleteManyDialog = dynamic(() => import('./many-dialog.tsx').then((module) => module.DeleteManyDialog))
export const NewKeysDialog = dynamic(() => import('./new-keys-dialog.tsx').then((module) => module.NewKeysDialog))
export const ReinviteManyDialog = dynamic(() =>
  import('./reinvite-many-dialog.tsx').then((module) => module.ReinviteManyDialog),
)
