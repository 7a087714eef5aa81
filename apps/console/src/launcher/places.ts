import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, chown, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Account } from './account.ts'

/** What lies in a data directory and has to be ours: a start with sudo leaves it to other users. */
const OURS = ['log', 'session-secret', 'postgres/cluster', 'postgres/socket']

/**
 * Makes the data directory if it is missing. Rejects with a sentence when it, or something in it that an earlier start
 * made, is not for us to use.
 */
export async function openDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(path.join(dataDir, 'log'), { recursive: true })
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new Error(`${dataDir} cannot be written (${reason}); check who owns it, or choose another with WARREN_DATA.`)
  }
  for (const name of OURS) {
    const file = path.join(dataDir, name)
    const fault = await access(file, constants.R_OK | constants.W_OK).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    )
    if (fault === null || fault === 'ENOENT') continue
    throw new Error(
      `${file} belongs to another user, as after a start with sudo; start with sudo again, or choose another data directory with WARREN_DATA.`,
    )
  }
}

/** Bytes of the secret that signs sessions (NIST SP 800-107: as many as the hash gives, 256 bits). */
const SECRET_BYTES = 32

/** The secret that signs the console's sessions, made once for a data directory. */
export async function sessionSecret(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'session-secret')
  try {
    await writeFile(file, `${randomBytes(SECRET_BYTES).toString('base64')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const secret = (await readFile(file, 'utf8')).trim()
  if (secret.length >= SECRET_BYTES) return secret
  throw new Error(`${file} is cut short; delete it to make a new one (everybody has to sign in again).`)
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** A folder for the hub's socket that only the account (and root) can enter; the caller removes it. */
export async function runFolder(account: Account | null, dataDir: string): Promise<string> {
  // Anyone may make files in /tmp, so a name that can be guessed is only for root's own /run.
  if (!account) return mkdtemp(path.join(tmpdir(), 'warren-console-'))
  // Not below /run/warren: that is the agent's, closed to everybody but root.
  const folder = `/run/warren-console-${shortHash(dataDir)}`
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
  await chown(folder, account.uid, account.gid)
  return folder
}

/** Rejects with a sentence when nobody may listen on host:port now. */
export function checkPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(portFault(error.code ?? error.message))))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()))
  })

  function portFault(code: string): string {
    switch (code) {
      case 'EADDRINUSE':
        return `Port ${port} on ${host} is in use by another program; stop that one, or choose another port with WARREN_PORT.`
      case 'EACCES':
        return `Port ${port} needs root; choose one from 1024 up with WARREN_PORT.`
      case 'EADDRNOTAVAIL':
        return `${host} is not an address of this machine; check WARREN_HOST.`
      default:
        return `The console cannot listen on ${host}, port ${port}: ${code}.`
    }
  }
}

/**
 * Makes this process the only launcher on a data directory, for as long as it lives. The lock is a name in the kernel's
 * abstract socket namespace (unix(7)): it goes with its process, so no crash leaves it behind.
 */
export function onlyLauncher(dataDir: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const lock = createServer()
    lock.once('error', () =>
      reject(new Error(`Warren already runs on ${dataDir}; stop that one first, or set WARREN_DATA.`)),
    )
    lock.listen(`\0warren-launcher-${shortHash(dataDir)}`, resolve)
    lock.unref()
  })
}
