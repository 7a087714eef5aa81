import { createHash, randomBytes } from 'node:crypto'
import { base32 } from './totp.ts'

/** Chosen: enough for a few lost phones, few enough to be printed. */
const CODES = 10

/** 50 random bits each: an attacker has five guesses in a quarter of an hour. */
const CODE_LETTERS = 10

/** New recovery codes, as they are shown once: `ABCDE-FGHIJ`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: CODES }, () => {
    const letters = base32(randomBytes(8)).slice(0, CODE_LETTERS)
    return `${letters.slice(0, CODE_LETTERS / 2)}-${letters.slice(CODE_LETTERS / 2)}`
  })

/** What is stored of a code: its SHA-256 in hexadecimal, however it was typed. Null for what cannot be a code. */
export function recoveryHash(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[^A-Z2-7]/g, '')
  return letters.length === CODE_LETTERS ? createHash('sha256').update(letters).digest('hex') : null
}
