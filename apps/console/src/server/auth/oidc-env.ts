import * as z from 'zod'

/** Plain http is for a provider on this very machine, as in tests. */
const issuer = /^(https:\/\/|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:|\/|$))/

/** What an operator may say about one OpenID Connect provider (docs/operate.md). None of it is needed. */
export const oidcVariables = {
  WARREN_OIDC_ISSUER: z.string().regex(issuer, 'WARREN_OIDC_ISSUER is not an https:// URL.').optional(),
  WARREN_OIDC_CLIENT_ID: z.string().optional(),
  WARREN_OIDC_CLIENT_SECRET: z.string().optional(),
  /** A file that holds the secret, read when somebody signs in. */
  WARREN_OIDC_CLIENT_SECRET_FILE: z.string().optional(),
  /** What the button of the login page calls the provider. */
  WARREN_OIDC_NAME: z.string().max(40, 'WARREN_OIDC_NAME is longer than a button.').default('OpenID Connect'),
  /** The claim that equals a person's name here. `email` counts only when the provider says that it is verified. */
  WARREN_OIDC_CLAIM: z.string().default('email'),
  /** The domain whose verified addresses may come in without having been added. */
  WARREN_OIDC_ALLOW_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, 'WARREN_OIDC_ALLOW_DOMAIN is not a domain.')
    .optional(),
  /** Their role. */
  WARREN_OIDC_ROLE: z
    .enum(['viewer', 'admin'], 'WARREN_OIDC_ROLE is viewer or admin; an owner is made by an owner.')
    .default('viewer'),
}

type Variables = z.output<z.ZodObject<typeof oidcVariables>>

/** Refuses half a provider. */
export function wholeOidc(context: z.core.ParsePayload<Variables>): void {
  const { value, issues } = context
  if (value.WARREN_OIDC_ISSUER === undefined) return
  const say = (message: string) => issues.push({ code: 'custom', message, input: value })
  if (value.WARREN_OIDC_CLIENT_ID === undefined) say('WARREN_OIDC_CLIENT_ID is missing.')
  const secrets = [value.WARREN_OIDC_CLIENT_SECRET, value.WARREN_OIDC_CLIENT_SECRET_FILE]
  if (secrets.every((secret) => secret === undefined)) {
    say('WARREN_OIDC_CLIENT_SECRET is missing; or name the file that holds it in WARREN_OIDC_CLIENT_SECRET_FILE.')
  }
}
