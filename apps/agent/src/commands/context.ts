import { systemClock } from '../daemon/clock.ts'
import { names } from '../daemon/names.ts'
import type { Env } from '../env.ts'
import { launch, run } from '../system/run.ts'
import type { Tools } from '../wireguard/device.ts'

/** What every command gets: data goes to `print` (stdout), everything said to a person goes to `say` (stderr). */
export type Context = {
  readonly env: Env
  readonly tools: Tools
  readonly print: (text: string) => void
  readonly say: (line: string) => void
}

/** A context of the real system. */
export function systemContext(env: Env): Context {
  return {
    env,
    tools: { run, launch, scratch: env.runDir, userspace: env.userspace },
    print: (text) => process.stdout.write(text),
    say: (line) => process.stderr.write(`warren: ${line}\n`),
  }
}

/** The parts of a keeper that depend on nothing but the context. */
export const keeperParts = ({ env, tools, say }: Context) => ({
  env,
  tools,
  names: names(() => performance.now()),
  clock: systemClock,
  log: say,
})
