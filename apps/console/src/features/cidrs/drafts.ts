import type { Prefix } from '@warren/cidr'
import { useEffect } from 'react'

/** A change of the tree that a form is about to make; drawn before it is saved. */
export type Draft =
  | { readonly kind: 'add'; readonly parentId: number; readonly name: string; readonly prefix: Prefix }
  | { readonly kind: 'resize'; readonly cidr: number; readonly prefix: string }
  | { readonly kind: 'split'; readonly cidr: number; readonly names: readonly string[] }

/** Takes what a form would make whenever it could; null when it could not. */
export type DraftSink = (draft: Draft | null) => void

/** Hands a draft on while the form stands, and takes it back when it ends. A draft is made anew on each render. */
export function useDrafted(draft: Draft | null, onDraft: DraftSink): void {
  const key = JSON.stringify(draft, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is what tells one draft from another
  useEffect(() => onDraft(draft), [key, onDraft])
  useEffect(() => () => onDraft(null), [onDraft])
}
