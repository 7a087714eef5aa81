import type * as z from 'zod'
import { Failure } from '../failure.ts'
import { readIfThere } from '../system/files.ts'

/**
 * Reads a JSON file of our own strictly; null when there is none. What cannot be read is never taken for empty: that
 * would silently drop tunnels or keys.
 * @param advice how to get out of it, the end of a sentence
 * @throws Failure (state)
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>, advice: string): Promise<T | null> {
  const text = await readIfThere(path)
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Failure('state', `${path} is cut short or edited; ${advice}.`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') || 'its top level'
  throw new Failure('state', `${path} is damaged at ${where}; ${advice}.`)
}
