import { execa } from 'execa'
import { searchPath } from '../env.ts'
import { CommandFailure } from './command-failure.ts'

/** The one way out to the system. Arguments are a list: no shell ever reads them. Secrets never stand in them. */
export type Run = (file: string, args: readonly string[], stdin?: string) => Promise<string>

/** Starts a program that outlives us: in its own session, with nothing of ours held open. Resolves once it forked. */
export type Launch = (file: string, args: readonly string[]) => Promise<void>

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
    missing: neverRan(end.code),
    stderr: end.stderr ?? '',
  })
}

/** Not there, or nothing that can be run. */
const neverRan = (code: string | undefined): boolean => code === 'ENOENT' || code === 'EACCES'

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
      missing: neverRan(end.code),
      stderr: '',
    })
  }
}
