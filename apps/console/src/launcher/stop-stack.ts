/** What has to be undone at the end, last first. One that fails does not keep the others from being undone. */
export type StopStack = { push(undo: () => Promise<unknown>): void; unwind(): Promise<void> }

/** `onFault` is told what an undo threw. */
export function createStopStack(onFault: (error: unknown) => void): StopStack {
  const undos: (() => Promise<unknown>)[] = []
  return {
    push: (undo) => void undos.push(undo),
    async unwind() {
      for (let undo = undos.pop(); undo; undo = undos.pop()) await undo().catch(onFault)
    },
  }
}
