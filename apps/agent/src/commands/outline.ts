import type { Command } from 'commander'

/** A command as completions and the man page tell of it. */
export type Outline = {
  readonly name: string
  readonly description: string
  /** As a person types them: `<name>`, `[network]`. */
  readonly args: readonly string[]
  readonly options: readonly { readonly flags: string; readonly long: string; readonly description: string }[]
  readonly commands: readonly Outline[]
}

/** The whole command line as data, so that everything that describes it says the same. */
export const outlineOf = (command: Command): Outline => ({
  name: command.name(),
  description: command.description(),
  args: command.registeredArguments.map((arg) => (arg.required ? `<${arg.name()}>` : `[${arg.name()}]`)),
  options: command.options
    .filter((option) => !option.hidden)
    .map((option) => ({
      flags: option.flags,
      long: option.long ?? option.flags,
      description: option.description,
    })),
  commands: command.commands.map(outlineOf),
})

/** Every command with the words that lead to it, the program itself first. */
export function walk(outline: Outline, above: readonly string[] = []): { path: readonly string[]; outline: Outline }[] {
  const path = [...above, outline.name]
  return [{ path, outline }, ...outline.commands.flatMap((inner) => walk(inner, path))]
}
