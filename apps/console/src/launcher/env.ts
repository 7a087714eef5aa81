import path from 'node:path'
import type { ManagerVariables } from '@warren/protocol/service-manager'
import * as z from 'zod'

const Port = z.coerce
  .number('WARREN_PORT is not a number.')
  .int('WARREN_PORT is not a whole number.')
  .min(1, 'WARREN_PORT is a port from 1 to 65535.')
  .max(65535, 'WARREN_PORT is a port from 1 to 65535.')

const Env = z.object({
  WARREN_PORT: Port.default(3000),
  WARREN_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'WARREN_HOST is not an address.')
    .default('127.0.0.1'),
  WARREN_DATA: z.string().default('data'),
  WARREN_ROOT: z.string().default(process.cwd()),
  WARREN_STATE_DIR: z.string().default('/var/lib/warren'),
  WARREN_HUB_SOCKET_MODE: z.string().optional(),
  /** systemd.exec(5): the folder that a unit has below /run. */
  RUNTIME_DIRECTORY: z.string().startsWith('/').optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'DATABASE_URL is not a postgresql:// URL.')
    .optional(),
  NEXTAUTH_URL: z
    .string()
    .regex(/^https?:\/\/[^/\s]+/, 'NEXTAUTH_URL is not an http:// or https:// URL.')
    .optional(),
})

/** What the launcher is told by its environment. */
export type Settings = {
  readonly host: string
  readonly port: number
  /** Absolute. The embedded database, the session secret and the logs live here. */
  readonly dataDir: string
  /** Null: the embedded database is used. */
  readonly databaseUrl: string | null
  /** Where the hub on this host keeps its keys. */
  readonly hubStateDir: string
  /** The folder for the hub's socket; null: one is made. */
  readonly runDir: string | null
  /** Who may be the hub, as a file mode; null: the coordinator's own choice. */
  readonly hubSocketMode: string | null
  /** The checkout. */
  readonly root: string
  /** What browsers open, without a slash at the end. */
  readonly url: string
}

/** Reads the settings. An empty variable counts as unset. Throws an Error that lists all faults, one a line. */
export function readSettings(source: Record<string, string | undefined> = process.env): Settings {
  const parsed = Env.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')))
  if (!parsed.success) {
    throw new Error(`Warren cannot start:\n${parsed.error.issues.map((issue) => `- ${issue.message}`).join('\n')}`)
  }
  const { WARREN_HOST: host, WARREN_PORT: port, WARREN_ROOT: root, DATABASE_URL, NEXTAUTH_URL } = parsed.data
  return {
    host,
    port,
    root,
    hubStateDir: parsed.data.WARREN_STATE_DIR,
    runDir: parsed.data.RUNTIME_DIRECTORY ?? null,
    hubSocketMode: parsed.data.WARREN_HUB_SOCKET_MODE ?? null,
    dataDir: path.resolve(root, parsed.data.WARREN_DATA),
    databaseUrl: DATABASE_URL ?? null,
    url: (NEXTAUTH_URL ?? `http://${browsable(host)}:${port}`).replace(/\/+$/, ''),
  }
}

/** "All addresses" is nothing that a browser can open; and an IPv6 address stands in brackets in a URL (RFC 3986). */
function browsable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** What the service manager that started this process, if one did, told it. */
export const managerVariables: ManagerVariables = {
  NOTIFY_SOCKET: process.env.NOTIFY_SOCKET,
  WATCHDOG_USEC: process.env.WATCHDOG_USEC,
}

/** What every process that is started here gets of our environment, and nothing else of it. */
export const passedOn = (source: Record<string, string | undefined> = process.env): Record<string, string> => ({
  PATH: source.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: source.LANG ?? 'C.UTF-8',
  ...(source.TZ ? { TZ: source.TZ } : {}),
  NODE_ENV: 'production',
})

/** What an operator may tell the web process beyond what the launcher knows (docs/operate.md). */
export const webVariables = (source?: Record<string, string | undefined>): Record<string, string> =>
  variables((name) => name === 'WARREN_TRUST_PROXY' || name.startsWith('WARREN_OIDC_'), source)

/** What an operator may tell the hub (docs/operate.md). */
export const hubVariables = (source?: Record<string, string | undefined>): Record<string, string> =>
  variables((name) => name.startsWith('WARREN_RELAY_'), source)

const variables = (
  isMeant: (name: string) => boolean,
  source: Record<string, string | undefined> = process.env,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(source).filter((entry): entry is [string, string] => entry[1] !== undefined && isMeant(entry[0])),
  )
