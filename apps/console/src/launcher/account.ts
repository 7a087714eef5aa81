import { execa } from 'execa'

/** The user that the console's processes run as when we are root. */
export type Account = { name: string; uid: number; gid: number }

const NAME = 'warren'

/**
 * The account for everything but the hub; null when we are not root and therefore run everything as ourselves. Makes
 * the system user when it is missing.
 * @throws an Error that says what to do when it cannot be made
 */
export async function serviceAccount(): Promise<Account | null> {
  if (process.geteuid?.() !== 0) return null
  const known = await lookUp()
  if (known) return known
  const args = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent']
  const made = await execa('useradd', [...args, '--shell', '/usr/sbin/nologin', NAME], { reject: false })
  const account = await lookUp()
  if (account) return account
  const reason = made.stderr?.trim() || made.shortMessage
  throw new Error(
    `The user ${NAME}, which the console runs as, cannot be made: ${reason}. Make it by hand, then start again.`,
  )
}

async function lookUp(): Promise<Account | null> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execa('id', [flag, NAME], { reject: false })))
  if (uid?.exitCode !== 0 || gid?.exitCode !== 0) return null
  return { name: NAME, uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

/**
 * `argv` as the account, without any right and without a way to get one; as ourselves when `account` is null. Either
 * way it ends when we are killed: nobody would be left to restart or stop it.
 */
export function unprivileged(account: Account | null, argv: readonly string[]): string[] {
  const identity = account
    ? ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups', '--bounding-set', '-all']
    : []
  return ['setpriv', ...identity, '--no-new-privs', '--pdeathsig', 'TERM', '--', ...argv]
}

/** `argv` as we are, ended when we are killed. */
export const asWeAre = (argv: readonly string[]): string[] => ['setpriv', '--pdeathsig', 'TERM', '--', ...argv]
