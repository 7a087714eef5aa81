/** What the processes of this bench say to each other. Times are `process.hrtime` in milliseconds: one clock for all. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6

/** Where 1,000 agents find the server that they poll. */
export type Place = { host: string; port: number; path: string }

export type AgentSpec = { from: string; secret: string }

export type ToAgents =
  | { kind: 'start'; place: Place; hubKey: string; agents: AgentSpec[] }
  /** From now on, answers are counted anew. */
  | { kind: 'clear' }
  /** Report at once, or when every agent has been answered. */
  | { kind: 'report'; whenAll: boolean }

/** Of each agent: when its last answer came, of which kind, and how many bytes its body had. */
export type Heard = { at: number; kind: string; bytes: number } | null
export type FromAgents = { kind: 'report'; heard: Heard[]; errors: number }

export type ToServer = { kind: 'figures' } | { kind: 'answer'; bytes: number[] }

/** What the serving process uses, and how many polls it holds; `at` is when that was so. */
export type ServerFigures = { kind: 'figures'; at: number; polls: number; cpuMs: number; rssMb: number; heapMb: number }
