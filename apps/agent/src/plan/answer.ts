import { applyDelta, type PollAnswer, type SelfEntry, type ViewState, viewState } from '@warren/protocol'
import { digestText, viewDigest } from '@warren/protocol/digest'

/** What a node has been told and has put in force. */
export type View = {
  readonly self: SelfEntry
  readonly state: ViewState
  readonly revision: number
  readonly cursor: string
  readonly digest: string
}

/** What an answer of the console means, before anything is touched. */
export type Meaning =
  | { readonly kind: 'view'; readonly view: View }
  /** Nothing new, but a place to ask on from. */
  | { readonly kind: 'same'; readonly view: View }
  /** The two sides disagree about what was said before: ask for everything. */
  | { readonly kind: 'lost'; readonly sentence: string }

/** Works out what a node would hold after `answer`. The digest is the console's own, so a difference is a fault of either. */
export function meaningOf(before: View | null, answer: PollAnswer): Meaning {
  if (answer.kind === 'full') {
    const state = viewState(answer.view)
    return checked({ ...pick(answer), self: answer.self, state })
  }
  if (!before) return { kind: 'lost', sentence: 'The console sent a change to a node that has no view yet.' }
  if (answer.kind === 'same')
    return { kind: 'same', view: { ...before, cursor: answer.cursor, revision: answer.revision } }
  return checked({ ...pick(answer), self: answer.self ?? before.self, state: applyDelta(before.state, answer) })
}

const pick = ({ cursor, revision, digest }: { cursor: string; revision: number; digest: string }) => ({
  cursor,
  revision,
  digest,
})

function checked(view: View): Meaning {
  if (digestText(viewDigest(view.state)) === view.digest) return { kind: 'view', view }
  return { kind: 'lost', sentence: "The view's digest is not the one that the console sent with it." }
}
