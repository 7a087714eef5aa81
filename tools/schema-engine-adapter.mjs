/** How tools/schema-engine.mjs reaches Postgres: @prisma/adapter-pg with what the engine needs mended. */
import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { parse } from 'pg-connection-string'

/** Single fields instead of a connection string, which would win over the name of the shadow database. */
export function poolConfig(url) {
  if (url === undefined) return { host: '127.0.0.1', port: 1 }
  const { schema: _schema, host, port, database, ...rest } = parse(url)
  return { ...rest, host: host ?? undefined, port: port ? Number(port) : undefined, database: database ?? undefined }
}

/** Oids of pg_catalog's own one-byte type "char", which the adapter has no mapping for, and of what it reads it as. */
const CATALOG_CHAR = 18
const BPCHAR = 1042

/**
 * Mends two things in the adapter. "char" columns, which the engine's look at a database selects, are handed on as
 * single characters. A script goes to Postgres whole: cut at its semicolons, a function or a comment would be torn.
 */
function mended(adapter) {
  const { performIO, queryRaw } = adapter
  const charColumns = new WeakMap()
  adapter.performIO = async (query) => {
    const result = await performIO.call(adapter, query)
    const columns = result.fields.flatMap((field, at) => (field.dataTypeID === CATALOG_CHAR ? [at] : []))
    for (const at of columns) result.fields[at].dataTypeID = BPCHAR
    charColumns.set(result.rows, columns)
    return result
  }
  adapter.queryRaw = async (query) => {
    const result = await queryRaw.call(adapter, query)
    for (const at of charColumns.get(result.rows) ?? []) result.columnTypes[at] = ColumnTypeEnum.Character
    return result
  }
  adapter.executeScript = async (script) => {
    await adapter
      .underlyingDriver()
      .query(script)
      .catch((error) => adapter.onError(error))
  }
  return adapter
}

/** Connections for the engine, the shadow database's included. */
export class Factory extends PrismaPg {
  constructor(config) {
    super(config)
    this.poolConfig = config
  }

  async connect() {
    return mended(await super.connect())
  }

  /** The adapter's own one drops the shadow database while its pool still holds a session in it. */
  async connectToShadowDb() {
    const database = `prisma_migrate_shadow_db_${randomUUID()}`
    const admin = new pg.Client(this.poolConfig)
    await admin.connect()
    await admin.query(`CREATE DATABASE "${database}"`)
    const shadow = mended(await new PrismaPg({ ...this.poolConfig, database, max: 1 }).connect())
    shadow.dispose = async () => {
      await shadow.underlyingDriver().end()
      await admin.query(`DROP DATABASE "${database}" WITH (FORCE)`)
      await admin.end()
    }
    return shadow
  }
}
