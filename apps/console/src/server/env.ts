import * as z from 'zod'
import { oidcVariables, wholeOidc } from './auth/oidc-env.ts'

/** What the web process is told by its environment. */
const Env = z.object({
  DATABASE_URL: z
    .string('DATABASE_URL is missing; give a postgresql:// URL.')
    .regex(/^postgres(ql)?:\/\//, 'DATABASE_URL is not a postgresql:// URL.'),
  NEXTAUTH_SECRET: z
    .string('NEXTAUTH_SECRET is missing; make one with: openssl rand -base64 32')
    .min(32, 'NEXTAUTH_SECRET has fewer than 32 characters; make one with: openssl rand -base64 32'),
  NEXTAUTH_URL: z
    .string('NEXTAUTH_URL is missing; give the URL that browsers open.')
    .regex(/^https?:\/\/[^/\s]+/, 'NEXTAUTH_URL is not an http:// or https:// URL.'),
  /** How many proxies stand in front and append to X-Forwarded-For; 0: the header is not believed. */
  WARREN_TRUST_PROXY: z.coerce
    .number('WARREN_TRUST_PROXY is not a number: it says how many proxies stand in front of the console.')
    .int('WARREN_TRUST_PROXY is not a whole number.')
    .min(0, 'WARREN_TRUST_PROXY is 0 or more.')
    .max(9, 'WARREN_TRUST_PROXY is 9 at most.')
    .default(0),
  ...oidcVariables,
  /** Where the agent's bundle and the install script lie; left out, the repository is looked for. */
  WARREN_ROOT: z.string().optional(),
})
export type Env = z.infer<typeof Env>

/** Reads the environment once. Throws an Error that lists all faults, one a line. */
export function readEnv(source: Record<string, string | undefined>): Env {
  // An empty variable counts as unset, as it does for the launcher.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = Env.check(wholeOidc).safeParse(given)
  if (parsed.success) return parsed.data
  throw new Error(
    `The web process cannot start:\n${parsed.error.issues.map((issue) => `- ${issue.message}`).join('\n')}`,
  )
}

let known: Env | undefined

/** The environment of this process. Read at the first request, not at import: the build imports without having one. */
export function env(): Env {
  known ??= readEnv(process.env)
  return known
}
