'use client'

import dynamic from 'next/dynamic'
import { useOwnChange } from './use-own-change.ts'

// There is none before the first change.
const ChangeStrip = dynamic(() => import('./change-strip.tsx').then((module) => module.ChangeStrip))

/** What the person just did, growing from "saved" to "applied everywhere". */
export function OwnChangeStrip() {
  const [change, dismiss] = useOwnChange()
  return change && <ChangeStrip key={change.revision} change={change} onDismiss={dismiss} />
}
