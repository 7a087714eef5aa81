import type { Now } from '../plan/path-state.ts'

export type Clock = () => Now

/** Both clocks of this machine. */
export const systemClock: Clock = () => ({ monotonicMs: performance.now(), unixS: Date.now() / 1000 })
