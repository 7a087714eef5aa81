import * as z from 'zod'

/** What the coordinator is told by its environment. */
const Env = z.object({
  DATABASE_URL: z
    .string('DATABASE_URL is missing; give a postgresql:// URL.')
    .regex(/^postgres(ql)?:\/\//, 'DATABASE_URL is not a postgresql:// URL.'),
  WARREN_HUB_SOCKET: z
    .string('WARREN_HUB_SOCKET is missing; give the path of the Unix socket on which the hub is to connect.')
    .startsWith('/', 'WARREN_HUB_SOCKET is not an absolute path.')
    // sockaddr_un.sun_path, unix(7): 108 bytes with the closing zero.
    .max(107, 'WARREN_HUB_SOCKET is longer than the 107 bytes that a Unix socket may have.'),
  WARREN_HUB_SOCKET_MODE: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'WARREN_HUB_SOCKET_MODE is not a file mode such as 0660.')
    .default('0600')
    .transform((mode) => Number.parseInt(mode, 8)),
})
export type Env = z.infer<typeof Env>

/** Reads the environment. Throws an Error that lists all faults, one a line. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const parsed = Env.safeParse(source)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `- ${issue.message}`).join('\n')
  throw new Error(`The coordinator cannot start:\n${faults}`)
}
