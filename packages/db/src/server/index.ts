/** A Postgres of our own, for machines that have none. */
export type LocalServer = {
  /** A postgresql:// URL over a Unix socket. */
  url: string
  /** Fast shutdown: ends sessions, writes everything down, waits for the process. */
  stop(): Promise<void>
  /** Whether the data directory was just made. */
  fresh: boolean
}

export type LocalServerOptions = {
  dataDir: string
  uid?: number | undefined
  gid?: number | undefined
  log?: ((line: string) => void) | undefined
}

export async function startDatabase(_options: LocalServerOptions): Promise<LocalServer> {
  throw new Error('under construction')
}
