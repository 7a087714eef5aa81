import { addressFromValue } from './address.ts'
import { type Prefix, prefixOf } from './prefix.ts'

/**
 * Where the `infra` CIDR of a new network goes: the first block of the root, or null when the root has no room for it
 * and anything else. Chosen: a /24 or a /64 out of a large root, a sixteenth (IPv4) or a 256th (IPv6) of a small one,
 * and never so small that no hub fits.
 */
export function infraPrefix(root: Prefix): Prefix | null {
  const width = root.family === 4 ? infraWidth4(root.width) : infraWidth6(root.width)
  return width > root.width ? prefixOf(addressFromValue(root.family, root.first), width) : null
}

const infraWidth4 = (root: number): number => (root <= 20 ? 24 : Math.min(root + 4, 30))

const infraWidth6 = (root: number): number => (root < 64 ? 64 : Math.min(root + 8, 124))
