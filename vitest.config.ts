import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests that need a database: all of packages/db, and whatever says so in its name. */
const db = ['packages/db/test/**/*.test.ts', '{packages,apps}/**/*.db.test.ts']
/** Components are tested in the browser part; unit tests know no DOM. */
const unit = ['{packages,apps}/*/{src,test}/**/*.test.ts', 'tools/test/**/*.test.ts']

const alias = { '~': path.join(import.meta.dirname, 'apps/console/src') }

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: unit, exclude: [...db, '**/node_modules/**'], testTimeout: 20_000 },
      },
      {
        resolve: { alias },
        test: {
          name: 'db',
          include: db,
          globalSetup: 'packages/db/test/postgres.ts',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'mesh',
          include: ['e2e/mesh/**/*.test.ts'],
          // Each file builds hosts of its own; on two cores they would only slow one another down.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // WireGuard's timers are real here, and some of what is waited for comes by chance (two ends that try at the same
          // moment). CI, which nobody watches, tries once more what did not come in time; a developer sees it at once.
          retry: process.env.CI ? 1 : 0,
        },
      },
    ],
  },
})
