import type { EventKind } from '@warren/protocol'
import { counted } from '~/ui/format.ts'

type About = Readonly<Record<string, string | number | null>>

/** What was done to a person, as the rest of a sentence that begins with who did it. */
export function eventSentence(kind: EventKind, about: About): string {
  return sentences[kind](about)
}

const role = ({ role: word, subtree }: About): string => (subtree ? `${word} of ${subtree}` : String(word))

/** The compiler counts them: a new kind does not build until it can speak. */
const sentences: Record<EventKind, (about: About) => string> = {
  'person.added': (about) => `added ${about.name} as ${role(about)}`,
  'person.edited': (about) => `made ${about.name} ${role(about)}`,
  'person.disabled': ({ name }) => `disabled ${name}`,
  'person.enabled': ({ name }) => `enabled ${name}`,
  'person.removed': ({ name }) => `removed ${name}`,
  'person.link-made': ({ name }) => `made a link for ${name} to set a password`,
  'person.welcomed': () => 'set a password by their link',
  'sessions.ended': ({ name, sessions }) => `ended ${counted(Number(sessions), 'session')} of ${name}`,
  'password.changed': () => 'changed their password',
  'totp.enabled': () => 'set up a second factor',
  'totp.disabled': () => 'turned their second factor off',
  'totp.reset': ({ name }) => `reset the second factor of ${name}`,
  'recovery.renewed': () => 'made new recovery codes',
  'token.created': ({ token, role: word }) => `made the API token ${token} (${word})`,
  'token.revoked': ({ token }) => `revoked the API token ${token}`,
  'oidc.linked': () => 'was linked to an identity of the provider',
  'oidc.added': (about) => `came in by the provider, as ${role(about)}`,
}
