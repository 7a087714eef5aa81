import { Failure } from '../failure.ts'

/** Reads the whole number of an option that a person typed; `what` it is, begins the sentence. @throws Failure (usage) */
export const numberOf =
  (what: string) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new Failure('usage', `${what} is a whole number, and "${text}" is none.`)
  }

/** The same where a word may be said instead, as `none`; commander would make an empty text of a null. @throws Failure (usage) */
export const numberOr =
  <W extends string>(what: string, word: W) =>
  (text: string): number | W => {
    if (text === word) return word
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new Failure('usage', `${what} is a whole number or ${word}, and not "${text}".`)
  }

/** `yes` or `no`. @throws Failure (usage) */
export function yesOrNo(word: string): boolean {
  if (word === 'yes' || word === 'no') return word === 'yes'
  throw new Failure('usage', `Say yes or no, not ${word}.`)
}
