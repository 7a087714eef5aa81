/** The steps of joining, in order; a crash after any of them is resumed by running `join` again. */
export const steps = ['interface', 'handshake', 'pending', 'redeemed', 'swapped', 'polled', 'applied'] as const
/** The steps to another key, in order; a crash after any of them is resumed by `up`, or by the daemon's next start. */
export const keySteps = ['key-noted', 'key-taken', 'key-swapped', 'key-saved'] as const
export type Step = (typeof steps)[number] | (typeof keySteps)[number]

/**
 * Test door: with WARREN_CRASH_AFTER=<step> the agent kills itself right after that step, with the signal that no
 * handler can soften. It can end nothing but this process, so it stays in the product.
 */
export function crashDoor(crashAfter: Step | null): (step: Step) => void {
  return (step) => {
    if (step === crashAfter) process.kill(process.pid, 'SIGKILL')
  }
}
