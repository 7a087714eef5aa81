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
