import path from 'node:path'
import { defineConfig } from 'prisma/config'

// The CLI's own engine is downloaded at install, which a machine behind a registry mirror cannot do. Ours runs the
// same engine as WASM from the registry; it must be named before the CLI looks for one.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(import.meta.dirname, 'tools/schema-engine.mjs')

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://warren@127.0.0.1:5432/warren' },
})
