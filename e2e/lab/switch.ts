import type { Program } from './program.ts'

/** A program that tests stop and start again. */
export type Switch = {
  /** The program as it runs now. */
  readonly program: Program
  start(): Promise<void>
  stop(): Promise<void>
  /** Without a word, as a crash does it. */
  kill(): Promise<void>
}

/** A switch that is on. `start` starts the program and resolves when it serves. */
export async function switchedOn(start: () => Promise<Program>): Promise<Switch> {
  let program = await start()
  return {
    get program() {
      return program
    },
    async start() {
      if (program.hasEnded) program = await start()
    },
    stop: () => program.stop(),
    kill: () => program.kill(),
  }
}
