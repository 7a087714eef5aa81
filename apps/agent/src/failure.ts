import { Refusal, type RefusalKind } from '@warren/protocol'
import { CommandFailure } from './system/command-failure.ts'

/** Exit codes, for scripts. `warren help` prints this table. */
export const exits = {
  refused: { code: 1, meaning: 'refused: not possible as things are; the message says why' },
  usage: { code: 2, meaning: 'the command line is wrong' },
  unreachable: { code: 3, meaning: 'the hub or the console did not answer' },
  machine: { code: 4, meaning: 'this machine lacks something: root, wg, ip, /dev/net/tun, a free port' },
  state: { code: 5, meaning: "one of Warren's own files here cannot be read or written" },
  bug: { code: 70, meaning: 'a fault in Warren itself' },
} as const
export type ExitKind = keyof typeof exits

/** A refusal of this node's own, which knows what a script should see. */
export class Failure extends Refusal {
  readonly exit: ExitKind

  constructor(exit: ExitKind, message: string, field: string | null = null) {
    super(refusalKindOf[exit], message, field)
    this.name = 'Failure'
    this.exit = exit
  }
}

const refusalKindOf: Record<ExitKind, RefusalKind> = {
  refused: 'conflict',
  usage: 'bad-input',
  unreachable: 'unavailable',
  machine: 'unavailable',
  state: 'unavailable',
  bug: 'unavailable',
}

/** The exit code for whatever ended a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandFailure) return exits.machine.code
  if (error instanceof Failure) return exits[error.exit].code
  if (error instanceof Refusal) return exits[error.kind === 'unavailable' ? 'unreachable' : 'refused'].code
  return exits.bug.code
}

/** One sentence for stderr. A bug shows where it happened, because its words were not written for a reader. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof CommandFailure) return error.message
  if (error instanceof Error) return error.stack ?? error.message
  return String(error)
}
