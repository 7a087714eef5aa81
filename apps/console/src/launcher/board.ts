import type { State } from './supervise.ts'

/** The words of a state; padded to the longest by `stateLine`. */
const words: Record<State['kind'], string> = {
  starting: 'starting',
  running: 'running',
  waiting: 'failed',
  failed: 'failed',
  stopped: 'stopped',
  off: 'off',
  idle: '–',
}

/** One process in one line: name, state, and what there is to know. */
export const stateLine = (name: string, state: State): string =>
  `  ${name.padEnd(12)} ${words[state.kind].padEnd(9)} ${state.note}`.trimEnd()

/** What a terminal has that does not say: the width of the VT100 and of everything since. */
const COLUMNS = 80

type Output = { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined }

/** Shows one line of state for each process. */
export type Board = {
  /** The state of one process changed. */
  set(name: string, state: State): void
  /** From here on changes are added below instead of redrawn in place, because something else was printed. */
  leave(): void
}

/**
 * On a terminal the lines are redrawn in place until `leave`; elsewhere, and after it, each change is a line of its own.
 * `names` are the processes, in the order of their lines.
 */
export function createBoard(names: readonly string[], output: Output): Board {
  const states = new Map<string, State>(names.map((name) => [name, { kind: 'idle', note: '' }]))
  let drawn = 0
  let live = output.isTTY === true

  function redraw(): void {
    // A line that wraps would be two lines for the cursor.
    const room = (output.columns || COLUMNS) - 1
    const lines = [...states].map(([name, state]) => stateLine(name, state).slice(0, room))
    output.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`)
    drawn = lines.length
  }

  return {
    set(name, state) {
      const before = states.get(name)
      if (before?.kind === state.kind && before.note === state.note) return
      states.set(name, state)
      if (live) redraw()
      else output.write(`${stateLine(name, state)}\n`)
    },
    leave() {
      live = false
    },
  }
}
