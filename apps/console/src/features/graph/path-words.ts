import type { Path } from './strands.ts'

/** What people call the paths. */
export const pathWords: Record<Path, string> = {
  direct: 'direct',
  relayed: 'relayed',
  none: 'no handshake',
  allowed: 'allowed',
}
