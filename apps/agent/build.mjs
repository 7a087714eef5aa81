// Bundles the agent into one file that runs on plain Node: dist/warren.cjs.
import { chmod, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const outfile = join(here, 'dist/warren.cjs')

/** What `warren service install` puts in place: the one file that a node gets brings its units along. */
const units = await Promise.all(
  ['warren@.service', 'warren-names@.service', 'warren-names@.path'].map(async (name) => [
    name,
    await readFile(join(here, '../../deploy/systemd', name), 'utf8'),
  ]),
)

await build({
  entryPoints: [join(here, 'src/main.ts')],
  outfile,
  bundle: true,
  minify: true,
  define: { WARREN_UNITS: JSON.stringify(Object.fromEntries(units)) },
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  alias: Object.fromEntries(
    ['human-signals', 'figures', 'pretty-ms'].map((name) => [name, join(here, 'execa-trim.mjs')]),
  ),
  banner: { js: '#!/usr/bin/env node' },
  legalComments: 'none',
  logLevel: 'warning',
})
await chmod(outfile, 0o755)
