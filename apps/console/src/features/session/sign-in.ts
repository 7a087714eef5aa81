import { signIn } from 'next-auth/react'

/** What NextAuth says when it has nothing of ours to say. */
const UNKNOWN = 'The console does not answer; check that it is running, then try again.'

/** Signs in. Null when that worked, else the reason in one sentence. */
export async function signInWith(name: string, password: string): Promise<string | null> {
  const answer = await signIn('credentials', { name, password, redirect: false }).catch(() => undefined)
  if (!answer) return UNKNOWN
  return answer.ok && !answer.error ? null : (answer.error ?? UNKNOWN)
}
