import { signIn } from 'next-auth/react'

/** What NextAuth says when it has nothing of ours to say. */
const UNKNOWN = 'The console does not answer; check that it is running, then try again.'

/** Signs in. Null when that worked, else the reason in one sentence. `code` is that of a second factor. */
export async function signInWith(who: { name: string; password: string; code?: string }): Promise<string | null> {
  const answer = await signIn('credentials', { ...who, redirect: false }).catch(() => undefined)
  if (!answer) return UNKNOWN
  return answer.ok && !answer.error ? null : (answer.error ?? UNKNOWN)
}

/** Goes to the OpenID Connect provider, and from there to `path`. */
export const signInElsewhere = (path: string): Promise<unknown> => signIn('oidc', { callbackUrl: path })
