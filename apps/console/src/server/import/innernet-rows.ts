import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Port, PrivateKey, Refusal } from '@warren/protocol'
import { parse } from 'smol-toml'
import initSqlJs from 'sql.js'
import * as z from 'zod'

/** The shape of innernet-server's database that we know (its `PRAGMA user_version`). */
const KNOWN_VERSION = 2

const Id = z.int().positive()
const Flag = z.union([z.literal(0), z.literal(1)]).transform((flag) => flag === 1)

const InnernetPeer = z.object({
  id: Id,
  name: z.string(),
  ip: z.string(),
  public_key: z.string(),
  /** Set by hand; what the server observes is not kept. */
  endpoint: z.string().nullable(),
  cidr_id: Id,
  is_admin: Flag,
  is_disabled: Flag,
  is_redeemed: Flag,
  /** Unix seconds. */
  invite_expires: z.int().nullable(),
  /** JSON: a list of `host:port`. */
  candidates: z.string().nullable(),
})
const InnernetCidr = z.object({ id: Id, name: z.string(), ip: z.string(), prefix: z.int(), parent: Id.nullable() })
const InnernetAssociation = z.object({ id: Id, cidr_id_1: Id, cidr_id_2: Id })

/** The rows of an innernet-server's database. */
export type InnernetRows = {
  readonly peers: readonly z.infer<typeof InnernetPeer>[]
  readonly cidrs: readonly z.infer<typeof InnernetCidr>[]
  readonly associations: readonly z.infer<typeof InnernetAssociation>[]
}

/** What `/etc/innernet-server/NETWORK.conf` says. */
const InnernetConfig = z.object({
  'private-key': PrivateKey,
  'listen-port': Port,
  address: z.string(),
  'network-cidr-prefix': z.int(),
})
export type InnernetConfig = z.infer<typeof InnernetConfig>

/**
 * Reads an innernet-server's database, which is not changed by it.
 * @throws Refusal bad-input when the file cannot be read or is none of those that we know
 */
export async function readInnernetRows(file: string): Promise<InnernetRows> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal('bad-input', `${file} cannot be read (${error.code ?? error.message}).`)
  })
  const wasm = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm')
  const { Database } = await initSqlJs({ locateFile: () => wasm })
  const database = new Database(bytes)
  try {
    const version = database.exec('PRAGMA user_version')[0]?.values[0]?.[0]
    if (version !== KNOWN_VERSION) throw notOurs(file, `its user_version is ${version}, not ${KNOWN_VERSION}`)
    const rows = (table: string) => {
      const [answer] = database.exec(`SELECT * FROM ${table} ORDER BY id`)
      return (answer?.values ?? []).map((values) =>
        Object.fromEntries(values.map((value, at) => [answer?.columns[at] ?? '', value])),
      )
    }
    return {
      peers: z.array(InnernetPeer).parse(rows('peers')),
      cidrs: z.array(InnernetCidr).parse(rows('cidrs')),
      associations: z.array(InnernetAssociation).parse(rows('associations')),
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw notOurs(file, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  } finally {
    database.close()
  }
}

const notOurs = (file: string, why: string): Refusal =>
  new Refusal('bad-input', `${file} is no database of innernet-server that this import knows: ${why}.`)

/**
 * Reads an innernet-server's configuration.
 * @throws Refusal bad-input naming the file; its contents are secret and are not repeated
 */
export async function readInnernetConfig(file: string): Promise<InnernetConfig> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refusal('bad-input', `${file} cannot be read (${error.code ?? error.message}).`)
  })
  const config = InnernetConfig.safeParse(tomlOf(text))
  if (config.success) return config.data
  const field = config.error.issues[0]?.path.join('.') || 'all of it'
  throw new Refusal('bad-input', `${file} is no configuration of innernet-server: ${field} is missing or not usable.`)
}

function tomlOf(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return null
  }
}
