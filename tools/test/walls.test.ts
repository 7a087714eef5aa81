import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

/** A module that may not be imported, and why. `types`: importing only its types is fine. */
type Ban = { from: RegExp; why: string; types?: true; except?: RegExp }

const DATABASE = /^(@warren\/db|@prisma\/|pg$)/
const SERVER = /^~\/(server|coordinator|launcher)\//
const NODE = /^node:/
const PROCESSES = /^(execa|(node:)?child_process)$/

/** What each room may not import, and why. The reason is what a newcomer sees when the test fails. */
const walls: Record<string, Ban[]> = {
  'packages/cidr/src': [{ from: /^[^.]/, why: 'cidr is arithmetic: no dependencies, not even node:' }],
  'packages/protocol/src': [
    { from: DATABASE, why: 'agents and browsers speak the protocol, and neither has a database' },
    {
      from: NODE,
      except: /\/(digest|door|xeddsa)\.ts$/,
      why: 'the browser imports it; what needs node:crypto has an entry of its own',
    },
  ],
  'packages/db/src': [{ from: /^(@warren\/(agent|console)|next|react|@trpc\/)/, why: 'imports run downwards only' }],
  'apps/agent/src': [
    { from: DATABASE, why: 'agents run on machines that must never hold a database address' },
    {
      from: PROCESSES,
      except: /\/src\/system\//,
      why: 'only system/ starts processes, so that one place decides how arguments and secrets are passed',
    },
    { from: /^(next|react|@warren\/console)/, why: 'the agent is one small file for machines without npm' },
  ],
  'apps/console/src/ui': [
    { from: /^~\/(?!ui\/)/, why: 'primitives know no noun of ours' },
    { from: /^@warren\//, why: 'primitives know no noun of ours' },
  ],
  'apps/console/src/features': [
    { from: SERVER, types: true, why: 'screens ask through ~/trpc, so that every question meets the access rules' },
    { from: DATABASE, types: true, why: 'screens ask through ~/trpc, so that every question meets the access rules' },
    { from: NODE, why: 'this runs in a browser' },
    { from: /^~\/app\//, why: 'pages are made of features, not the other way round' },
  ],
  'apps/console/src/trpc': [
    { from: SERVER, types: true, why: 'the client knows the types of the routers and nothing of what is behind them' },
    { from: DATABASE, types: true, why: 'the client has no database' },
  ],
  'apps/console/src/app': [
    { from: DATABASE, why: 'routes ask the server code, which asks the access rules' },
    {
      from: SERVER,
      types: true,
      except: /\/route\.ts$/,
      why: 'screens ask through ~/trpc; only route handlers answer',
    },
  ],
  'apps/console/src/server': [
    { from: /^~?.*\/(features|ui|app|launcher)\//, why: 'verbs know nothing of screens, nor of who starts them' },
    { from: PROCESSES, why: 'the web process has no rights, and nothing to run' },
  ],
  'apps/console/src/coordinator': [
    { from: /^(next|react)/, why: 'a hole in the web framework must not sit on the socket of the mesh' },
    { from: /\/(features|ui|app|launcher)\//, why: 'the coordinator answers agents, not browsers' },
    { from: PROCESSES, why: 'only the agent in its hub role touches the system' },
  ],
  'apps/console/src/launcher': [
    { from: /^(next|react)|\/(features|ui|app)\//, why: 'it starts pages, it does not know them' },
  ],
}

type Import = { from: string; isType: boolean }

/** Every module that a file names in an import or a re-export. */
function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const named = [...code.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]/gm)]
  const bare = [...code.matchAll(/(?:^\s*import\s+|\bimport\s*\(\s*|\brequire\s*\(\s*)['"]([^'"]+)['"]/gm)]
  return [
    ...named.map((match) => ({ from: match[2] ?? '', isType: match[1] !== undefined })),
    ...bare.map((match) => ({ from: match[1] ?? '', isType: false })),
  ]
}

/** All TypeScript of the repository that is or may become part of it. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean)

const sources = files.map((file) => ({ file, imports: importsOf(readFileSync(path.join(root, file), 'utf8')) }))

test.each(Object.entries(walls))('%s keeps to its walls', (room, bans) => {
  const inside = sources.filter(({ file }) => file.startsWith(`${room}/`) && !/\.test\.tsx?$/.test(file))
  const broken = inside.flatMap(({ file, imports }) =>
    imports.flatMap(({ from, isType }) =>
      bans
        .filter((ban) => ban.from.test(from) && !(ban.types && isType) && !ban.except?.test(file))
        .map((ban) => `${file} imports ${from}: ${ban.why}`),
    ),
  )
  expect(inside.length, `${room} has files`).toBeGreaterThan(0)
  expect(broken).toEqual([])
})

test('packages import no app, and apps import no other app', () => {
  const roomOf = (file: string) => /^(?:apps|packages)\/[^/]+/.exec(file)?.[0]
  const broken = sources.flatMap(({ file, imports }) => {
    const room = roomOf(file)
    const reached = imports.map(({ from }) => path.join(path.dirname(file), from))
    return room
      ? reached.filter((to) => to.startsWith('apps/') && roomOf(to) !== room).map((to) => `${file} > ${to}`)
      : []
  })
  expect(broken).toEqual([])
})

test('the protocol that browsers import needs nothing of Node', () => {
  const entry = importsOf(readFileSync(path.join(root, 'packages/protocol/src/index.ts'), 'utf8'))
  expect(entry.map(({ from }) => from).filter((from) => /digest|door/.test(from))).toEqual([])
})

test.each([
  ["import { a } from 'execa'", [{ from: 'execa', isType: false }]],
  ["import type { a } from '@warren/db'", [{ from: '@warren/db', isType: true }]],
  ["import {\n  a,\n  b,\n} from './x.ts'", [{ from: './x.ts', isType: false }]],
  ["export * from './y.ts'", [{ from: './y.ts', isType: false }]],
  ["import './style.css'", [{ from: './style.css', isType: false }]],
  ["const a = await import('pg')", [{ from: 'pg', isType: false }]],
  ["// import { a } from 'execa'", []],
])('reads the imports of %j', (source, imports) => {
  expect(importsOf(source)).toEqual(imports)
})
