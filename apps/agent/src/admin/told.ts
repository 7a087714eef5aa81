import type { Context } from '../commands/context.ts'

/** What a command that may change something did: for programs with --json, else one line on stderr. */
export type Told = { readonly changed: boolean; readonly sentence: string; readonly data?: object }

/** Says what was done. Nothing to do is no failure: a configuration tool asks again and again. */
export function tell(context: Context, options: { json?: boolean }, { changed, sentence, data = {} }: Told): void {
  if (options.json) context.print(`${JSON.stringify({ changed, ...data }, null, 2)}\n`)
  else context.say(changed ? sentence : `nothing to do: ${sentence}`)
}
