import { Port } from '@warren/protocol'
import { Failure } from '../failure.ts'

/** A port that a person typed. @throws Failure (usage) */
export function portOf(text: string): number {
  const port = Port.safeParse(/^\d{1,5}$/.test(text) ? Number(text) : Number.NaN)
  if (port.success) return port.data
  throw new Failure('usage', `"${text}" is not a port: a port is a number from 1 to 65535.`)
}
