import { execa } from 'execa'
import { searchPath } from '../env.ts'

/** The one way out to the system. Arguments are a list: no shell ever reads them. Secrets never stand in them. */
export type Run = (file: string, args: readonly string[], stdin?: string) => Promise<string>

/** Starts a program that outlives us: in its own session, with nothing of ours held open. Resolves once it forked. */
export type Launch = (file: string, args: readonly string[]) => Promise<void>

/** A command that could not be run or ended badly: which one, how, and what it said. */
export class CommandFailure extends Error {
  readonly file: string
  /** Null when it never ran, or did not end by itself. */
  readonly exitCode: number | null
  /** The program is not installed. */
  readonly missing: boolean
  readonly stderr: string

  constructor(command: readonly string[], end: { exitCode: number | null; missing: boolean; stderr: string }) {
    const how = end.missing
      ? 'is not installed'
      : end.exitCode === null
        ? 'did not end by itself'
        : `exited with ${end.exitCode}`
    super([`${command.join(' ').slice(0, 200)} ${how}`, end.stderr.trim()].filter(Boolean).join(': '))
    this.name = 'CommandFailure'
    this.file = command[0] ?? ''
    this.exitCode = end.exitCode
    this.missing = end.missing
    this.stderr = end.stderr
  }
}

/** Chosen: wg, ip and nft answer within milliseconds; one that hangs must not hang the daemon. */
const TIME_LIMIT_MS = 15_000

/** Runs a program to its end and gives its stdout. @throws CommandFailure */
export const run: Run = async (file, args, stdin) => {
  const end = await execa(file, args, {
    ...(stdin === undefined ? { stdin: 'ignore' as const } : { input: stdin }),
    env: { PATH: searchPath, LC_ALL: 'C' },
    timeout: TIME_LIMIT_MS,
    reject: false,
    stripFinalNewline: false,
  })
  if (!end.failed) return end.stdout
  throw new CommandFailure([file, ...args], {
    exitCode: end.exitCode ?? null,
    missing: end.code === 'ENOENT',
    stderr: end.stderr ?? '',
  })
}

/**
 * wireguard-go keeps its standard streams open in the background, and a terminal's Ctrl-C would reach it: hence no
 * streams and a session of its own. @throws CommandFailure
 */
export const launch: Launch = async (file, args) => {
  const end = await execa(file, args, {
    stdio: 'ignore',
    detached: true,
    cleanup: false,
    env: { PATH: searchPath },
    timeout: TIME_LIMIT_MS,
    reject: false,
  })
  if (end.failed) {
    throw new CommandFailure([file, ...args], {
      exitCode: end.exitCode ?? null,
      missing: end.code === 'ENOENT',
      stderr: '',
    })
  }
}
