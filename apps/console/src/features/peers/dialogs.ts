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
