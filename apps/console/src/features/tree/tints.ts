import type { Prefix } from '@warren/cidr'
import { fullness } from './spread.ts'

/** From nearly nothing to a strong tint; text stays readable on all of them. */
export const TINTS = [
  'bg-accent/4',
  'bg-accent/8',
  'bg-accent/14',
  'bg-accent/20',
  'bg-accent/28',
  'bg-accent/36',
] as const

/** Which shade a CIDR has: how full it is beside the fullest one. `most` is that one's peers for each address. */
export const tintAt = (peers: number, prefix: Prefix, most: number): number =>
  Math.round(fullness(peers, prefix, most) * (TINTS.length - 1))

export const tintOf = (peers: number, prefix: Prefix, most: number): (typeof TINTS)[number] =>
  TINTS[tintAt(peers, prefix, most)] ?? TINTS[0]
