// Takes over a network from innernet-server: node import-innernet.mjs DATABASE CONFIG [--endpoint HOST:PORT] [--dry-run]
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { x25519 } from '@noble/curves/ed25519.js'
import { openDb } from '@warren/db'
import { runningDatabase } from '@warren/db/server'
import { readInnernetConfig, readInnernetRows } from '../server/import/innernet-rows.ts'
import { type ImportPlan, planImport } from '../server/import/plan-import.ts'
import { writeImport } from '../server/import/write-import.ts'
import { readSettings } from './env.ts'

const USAGE = `Usage: npm run import:innernet -- DATABASE CONFIG [--endpoint HOST:PORT] [--dry-run]
  DATABASE  /var/lib/innernet-server/NETWORK.db
  CONFIG    /etc/innernet-server/NETWORK.conf
Stop innernet-server first; start the console before. With --dry-run nothing is written.`

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { endpoint: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
  })
  const [database, configuration, ...rest] = positionals
  if (!database || !configuration || rest.length > 0) throw new Error(USAGE)
  const [rows, config] = await Promise.all([readInnernetRows(database), readInnernetConfig(configuration)])
  const planned = planImport({
    name: path.basename(configuration).replace(/\.conf$/, ''),
    rows,
    config,
    publicKey: publicKeyOf(config['private-key']),
    endpoint: values.endpoint ?? null,
  })
  if ('problems' in planned) throw new Error(refusalOf(planned.problems))
  console.log(summaryOf(planned.plan))
  if (values['dry-run']) {
    console.log('Nothing was written. Leave --dry-run out to take the network over.')
    return
  }
  await take(planned.plan, config['private-key'])
}

const refusalOf = (problems: readonly string[]): string =>
  ['This network cannot be taken over, and nothing was written:', ...problems.map((one) => `- ${one}`)].join('\n')

function summaryOf({ name, root, endpoint, listenPort, hub, cidrs, peers, associations, notes }: ImportPlan): string {
  const disabled = peers.filter(({ enabled }) => !enabled).length
  const invited = peers.filter(({ redeemed }) => !redeemed).length
  return [
    `The network ${name}, ${root}: ${counted(cidrs.length, 'CIDR')}, ${counted(peers.length, 'peer')} (${disabled} disabled, ${invited} invited), ${counted(associations.length, 'association')}.`,
    `Its server ${hub.name}, ${hub.address}, becomes the hub, with the same key, at ${endpoint} on UDP port ${listenPort}.`,
    ...notes.map((note) => `- ${note}`),
  ].join('\n')
}

const counted = (value: number, noun: string): string => `${value} ${noun}${value === 1 ? '' : 's'}`

const publicKeyOf = (privateKey: string): string =>
  Buffer.from(x25519.getPublicKey(Buffer.from(privateKey, 'base64'))).toString('base64')

/** The hub looks for its key when it hears of the network, so the key is there first; without the network it goes. */
async function take(plan: ImportPlan, privateKey: string): Promise<void> {
  const { databaseUrl, dataDir, hubStateDir: folder, url: page } = readSettings()
  const url = databaseUrl ?? (await runningDatabase(dataDir))
  if (url === null) throw new Error('No database runs here: start the console first, or give DATABASE_URL.')
  const file = path.join(folder, `hub-${plan.name}.key`)
  // An equal key is what a take-over left that was ended before the database had all.
  const there = existsSync(file) ? (await readFile(file, 'utf8')).trim() : null
  if (there !== null && there !== privateKey.trim()) {
    throw new Error(`${file} exists already: this host has been the hub of a network ${plan.name}.`)
  }
  const db = openDb(url)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (there === null) await writeFile(file, `${privateKey}\n`, { mode: 0o600, flag: 'wx' })
    const network = await writeImport(db, plan).catch(async (error: unknown) => {
      if (there === null) await rm(file, { force: true })
      throw error
    })
    console.log(`Taken over. Its key is in ${file}; its nodes go on without being touched.`)
    console.log(`See it at ${page}/n/${network.name}`)
  } finally {
    await db.close()
  }
}

try {
  await run()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
