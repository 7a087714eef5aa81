export type NameProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly length: number }
  | { readonly kind: 'upper-case'; readonly meant: string }
  | { readonly kind: 'bad-character'; readonly character: string }
  | { readonly kind: 'edge-hyphen' }

export type InterfaceNameProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly length: number }
  | { readonly kind: 'bad-character'; readonly character: string }
  | { readonly kind: 'dots' }
  | { readonly kind: 'leading-hyphen' }
  | { readonly kind: 'reserved'; readonly name: string }

/** RFC 1035, section 2.3.4: a label has at most 63 octets. */
const LABEL_MAX = 63

/** Linux IFNAMSIZ is 16, with the closing zero byte. */
const INTERFACE_MAX = 15

/** The kernel keeps `all` and `default` for its settings, `lo` exists on every host, `wg show` reads `interfaces` itself. */
const RESERVED = new Set(['all', 'default', 'interfaces', 'lo'])

/** The reason `text` may not name a peer or a CIDR, or null when it may: one hostname label (RFC 1123, section 2.1). */
export function nameProblem(text: string): NameProblem | null {
  if (text === '') return { kind: 'empty' }
  const stray = /[^a-zA-Z0-9-]/u.exec(text)
  if (stray) return { kind: 'bad-character', character: stray[0] }
  if (/[A-Z]/.test(text)) return { kind: 'upper-case', meant: text.toLowerCase() }
  if (text.startsWith('-') || text.endsWith('-')) return { kind: 'edge-hyphen' }
  return text.length > LABEL_MAX ? { kind: 'too-long', length: text.length } : null
}

/** The problem as one sentence. */
export function explainName(problem: NameProblem): string {
  switch (problem.kind) {
    case 'empty':
      return 'A name is missing.'
    case 'too-long':
      return `A name has at most ${LABEL_MAX} characters; this one has ${problem.length}.`
    case 'upper-case':
      return `A name has lower-case letters only: write ${problem.meant}.`
    case 'bad-character':
      return `A name is made of a–z, 0–9 and hyphens; ${quoted(problem.character)} is none of these.`
    case 'edge-hyphen':
      return 'A name neither begins nor ends with a hyphen.'
  }
}

/**
 * The reason `text` may not name a network interface, or null when it may: the characters `wg-quick` accepts, at most
 * 15. Beyond that, no leading hyphen, which command lines would read as an option, and no word that Linux or `wg` keeps.
 */
export function interfaceNameProblem(text: string): InterfaceNameProblem | null {
  if (text === '') return { kind: 'empty' }
  const stray = /[^a-zA-Z0-9_=+.-]/u.exec(text)
  if (stray) return { kind: 'bad-character', character: stray[0] }
  if (text.length > INTERFACE_MAX) return { kind: 'too-long', length: text.length }
  if (text === '.' || text === '..') return { kind: 'dots' }
  if (text.startsWith('-')) return { kind: 'leading-hyphen' }
  return RESERVED.has(text) ? { kind: 'reserved', name: text } : null
}

/** The problem as one sentence. */
export function explainInterfaceName(problem: InterfaceNameProblem): string {
  switch (problem.kind) {
    case 'empty':
      return 'An interface name is missing.'
    case 'too-long':
      return `Linux allows ${INTERFACE_MAX} characters in an interface name; this one has ${problem.length}.`
    case 'bad-character':
      return `An interface name is made of letters, digits and _ = + . -; ${quoted(problem.character)} is none of these.`
    case 'dots':
      return '“.” and “..” are directories; choose a different interface name.'
    case 'leading-hyphen':
      return 'An interface name cannot begin with a hyphen: command lines would read it as an option.'
    case 'reserved':
      return `${problem.name} has another meaning on Linux; choose a different interface name.`
  }
}

/** A character as a sentence can show it. */
function quoted(character: string): string {
  if (character === ' ') return 'a space'
  return character === '\n' || character === '\r' ? 'a line break' : `“${character}”`
}
