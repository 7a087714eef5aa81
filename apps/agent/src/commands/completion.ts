import { Failure } from '../failure.ts'
import type { Context } from './context.ts'
import { type Outline, walk } from './outline.ts'

/** What may come after the words of a command: its own commands, and its options. */
const wordsAfter = ({ commands, options }: Outline): string[] => [
  ...commands.map(({ name }) => name),
  ...options.map(({ long }) => long),
]

/** The shells' scripts. */
export const completions = { bash, zsh, fish } as const

/** `warren completion SHELL`: the shell's script, on stdout. @throws Failure (usage) for another shell */
export function completionCommand(context: Context, outline: Outline, shell: string): void {
  const script = Object.hasOwn(completions, shell) ? completions[shell as keyof typeof completions] : null
  if (!script) throw new Failure('usage', `There are completions for bash, zsh and fish, not for ${shell}.`)
  context.print(script(outline))
}

/** The words typed so far lead through commands that are known; what is none of them (a name, a file) is passed over. */
function bash(outline: Outline): string {
  const cases = walk(outline).map(
    ({ path, outline: one }) => `    '${path.join(' ')}') words='${wordsAfter(one).join(' ')}' ;;`,
  )
  const known = walk(outline).map(({ path }) => `'${path.join(' ')}'`)
  return `# bash completion for warren: warren completion bash > /etc/bash_completion.d/warren
_warren() {
  local current="\${COMP_WORDS[COMP_CWORD]}" place=warren words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
    ${known.join(' | ')}) place="$place $word" ;;
    esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -F _warren warren
`
}

function zsh(outline: Outline): string {
  const cases = walk(outline).map(({ path, outline: one }) => {
    const told = [...one.commands, ...one.options.map(({ long, description }) => ({ name: long, description }))]
    const words = told.map(({ name, description }) => `'${name}:${quoted(description)}'`)
    return `    '${path.join(' ')}') offers=(${words.join(' ')}) ;;`
  })
  const known = walk(outline).map(({ path }) => `'${path.join(' ')}'`)
  return `#compdef warren
# zsh completion for warren: warren completion zsh > /usr/local/share/zsh/site-functions/_warren
_warren() {
  local place=warren word
  local -a offers
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
    ${known.join(' | ')}) place="$place $word" ;;
    esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  _describe warren offers || _files
}
if [ "$funcstack[1]" = _warren ]; then _warren "$@"; else compdef _warren warren; fi
`
}

/** A colon ends a name in zsh's _describe, and a quote ends ours. */
const quoted = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(':', '\\:')

function fish(outline: Outline): string {
  const lines = walk(outline).flatMap(({ path, outline: one }) => {
    const when = `__warren_at ${path.join(' ')}`
    const told = one.commands.map(
      ({ name, description }) => `complete -c warren -n '${when}' -f -a ${name} -d '${fishText(description)}'`,
    )
    const flags = one.options.map(
      ({ long, description }) => `complete -c warren -n '${when}' -l ${long.slice(2)} -d '${fishText(description)}'`,
    )
    return [...told, ...flags]
  })
  const known = walk(outline).map(({ path }) => `'${path.join(' ')}'`)
  return `# fish completion for warren: warren completion fish > ~/.config/fish/completions/warren.fish
function __warren_at
    set -l place warren
    for word in (commandline -opc)[2..-1]
        if contains -- "$place $word" ${known.join(' ')}
            set place "$place $word"
        end
    end
    test "$place" = "$argv"
end
${lines.join('\n')}
`
}

const fishText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
