/** What the address of the login page may say went wrong, in words of ours: any link could say anything there. */
const sentences: Readonly<Record<string, string>> = {
  'oidc-unknown': 'Your provider knows you, but nobody has added you here. Ask an owner.',
  'oidc-taken': 'Another identity of your provider is linked to that name already. Ask an owner.',
  'oidc-disabled': 'You are disabled here. Ask an owner.',
  'oidc-name': 'Your provider does not say who you are in a way that can be used here. Ask an owner.',
}

const OTHER = 'Signing in with your provider did not work; try again.'

/** The sentence for a code; null without one. */
export const faultSentence = (code: string | null): string | null => (code === null ? null : (sentences[code] ?? OTHER))
