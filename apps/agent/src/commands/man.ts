import { exits } from '../failure.ts'
import { version } from '../version.ts'
import { type Outline, walk } from './outline.ts'

/** The man page warren(1), in the language of man(7). */
export function manPage(outline: Outline): string {
  const commands = walk(outline).filter(({ outline: one }) => one.commands.length === 0)
  return [
    `.TH WARREN 1 "" "warren ${roff(version)}" "Warren"`,
    '.SH NAME',
    `warren \\- ${roff(outline.description)}`,
    '.SH SYNOPSIS',
    '.B warren',
    '.I COMMAND',
    '[\\fIOPTIONS\\fR]',
    '.SH COMMANDS',
    'With one network on this node, NETWORK may be left out. Data goes to stdout, errors are one sentence on stderr.',
    ...commands.flatMap(entry),
    '.SH EXIT STATUS',
    '.TP',
    '.B 0',
    'Done.',
    ...Object.values(exits).flatMap(({ code, meaning }) => ['.TP', `.B ${code}`, roff(meaning)]),
    '.SH FILES',
    ...files.flatMap(([file, what]) => ['.TP', `.I ${roff(file)}`, roff(what)]),
    '.SH ENVIRONMENT',
    ...variables.flatMap(([name, what]) => ['.TP', `.B ${roff(name)}`, roff(what)]),
    '.SH SEE ALSO',
    '.BR wg (8),',
    '.BR ip (8),',
    '.BR nft (8)',
    '',
  ].join('\n')
}

const files = [
  ['/etc/warren/NETWORK.toml', 'Keys and settings of this node, readable for root alone.'],
  ['/var/lib/warren/NETWORK.json', 'The last view: with it every tunnel comes back without the console.'],
  ['/run/warren', 'Locks, and what the daemon tells warren status.'],
] as const

const variables = [
  ['WARREN_CONFIG_DIR, WARREN_STATE_DIR, WARREN_RUN_DIR, WARREN_HOSTS_FILE', 'Other places for these files.'],
  ['WG_QUICK_USERSPACE_IMPLEMENTATION', 'The program that makes an interface where the kernel has no WireGuard.'],
] as const

function entry({ path, outline }: { path: readonly string[]; outline: Outline }): string[] {
  const args = outline.args.map((arg) => ` \\fI${roff(arg)}\\fR`).join('')
  const options = outline.options.flatMap(({ flags, description }) => [
    '.RS',
    '.TP',
    `\\fB${roff(flags)}\\fR`,
    roff(description),
    '.RE',
  ])
  return ['.TP', `\\fB${roff(path.join(' '))}\\fR${args}`, roff(`${outline.description}.`), ...options]
}

/** Backslashes, hyphens and a dot at the beginning of a line mean something in roff. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1')
