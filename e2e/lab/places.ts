import path from 'node:path'
import { execa } from 'execa'

const root = path.resolve(import.meta.dirname, '../..')

/** What the lab runs, as it was built: `npm run build` makes them, and `npm test` builds first. */
export const built = {
  root,
  node: process.execPath,
  agent: path.join(root, 'apps/agent/dist/warren.cjs'),
  coordinator: path.join(root, 'apps/console/dist/coordinator.mjs'),
  next: path.join(root, 'node_modules/next/dist/bin/next'),
  console: path.join(root, 'apps/console'),
} as const

/** A user without rights that every Linux has: what need not be root is not. */
export const NOBODY = { uid: 65534, gid: 65534 } as const

/** `argv` as nobody; as ourselves where nobody may not enter the checkout or run this Node (below /root, say). */
export async function asNobody(argv: readonly string[]): Promise<string[]> {
  const { uid, gid } = NOBODY
  const reads = await execa(built.node, ['-e', 'require("node:fs").readdirSync(process.argv[1])', built.console], {
    ...NOBODY,
    cwd: '/',
    reject: false,
  })
  const identity = reads.failed ? [] : ['--reuid', String(uid), '--regid', String(gid), '--clear-groups']
  return ['setpriv', ...identity, '--no-new-privs', '--pdeathsig', 'KILL', '--', ...argv]
}
