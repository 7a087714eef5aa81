import { chmod, rm } from 'node:fs/promises'
import http from 'node:http'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import type { Db } from '@warren/db'
import { MESH_PATH } from '@warren/protocol'
import { adminRouter } from '../server/admin-router.ts'
import type { Asker } from '../server/ctx.ts'

/** Chosen: the largest inputs, thousands of peers at once, are a few hundred kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024

/** Whoever may open the socket's file is root on the hub's host, or the console itself. */
const asker: Asker = {
  actor: { kind: 'system', id: null, name: 'root' },
  role: 'owner',
  subtree: null,
  onlyNetwork: null,
  via: 'mesh',
  sessionId: null,
}

/** The admin verbs on a Unix socket, for `warren … --local`; its mode is its authorisation. Answers how to close it. */
export async function openLocalDoor(db: Db, file: string): Promise<() => Promise<void>> {
  const handle = createHTTPHandler({
    router: adminRouter,
    basePath: `${MESH_PATH}/`,
    maxBodySize: MAX_BODY_BYTES,
    createContext: async () => ({ db, source: 'local', whoAsks: async () => asker }),
  })
  const server = http.createServer(handle)
  await rm(file, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // The file must not stand open for the moment until its mode is set.
    const umask = process.umask(0o177)
    server.listen(file, resolve)
    process.umask(umask)
  })
  await chmod(file, 0o600)
  return async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
