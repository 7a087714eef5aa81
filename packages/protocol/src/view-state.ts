import type { CidrEntry, DeltaAnswer, GroupView, PeerEntry } from './view.ts'

/** A group view by id, which deltas are applied to. */
export type ViewState = { peers: Map<number, PeerEntry>; cidrs: Map<number, CidrEntry> }

/** The state that a full view describes. */
export function viewState(view: GroupView): ViewState {
  return {
    peers: new Map(view.peers.map((entry) => [entry.id, entry])),
    cidrs: new Map(view.cidrs.map((entry) => [entry.id, entry])),
  }
}

/** The state after `delta`; `state` itself stays as it was, so that a refused delta leaves nothing half-done. */
export function applyDelta(state: ViewState, delta: Pick<DeltaAnswer, 'peers' | 'cidrs'>): ViewState {
  return { peers: patched(state.peers, delta.peers), cidrs: patched(state.cidrs, delta.cidrs) }
}

function patched<T extends { id: number }>(before: Map<number, T>, change: { upsert: T[]; remove: number[] }) {
  const after = new Map(before)
  for (const id of change.remove) after.delete(id)
  for (const entry of change.upsert) after.set(entry.id, entry)
  return after
}
