/** How many names a sentence spells out before it only counts the rest. */
const SPELLED_OUT = 3

/** `a`, `a and b`, `a, b and c`, `a, b, c and 2 more`; at least one name is expected. */
export function listed(names: readonly string[]): string {
  const rest = names.length - SPELLED_OUT
  if (rest > 0) return `${names.slice(0, SPELLED_OUT).join(', ')} and ${rest} more`
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** `1 peer`, `2 peers`: every noun of ours takes a plain s. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
