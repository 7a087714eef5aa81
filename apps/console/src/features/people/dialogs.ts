import dynamic from 'next/dynamic'

// Most visits open none of them.
export const PersonDialog = dynamic(() => import('./person-dialog.tsx').then((module) => module.PersonDialog))
export const LinkDialog = dynamic(() => import('./link-dialog.tsx').then((module) => module.LinkDialog))
