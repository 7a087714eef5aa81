import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { asNobody, built } from './places.ts'
import { Program } from './program.ts'
import { until } from './until.ts'

/** A console's pages, on this machine's loopback. */
export type Web = { url: string; program: Program }

/** How long the pages may take to answer, in ms; a busy machine needs some of it. */
const READY_MS = 60_000

/** Starts the pages of a console over `databaseUrl`. `wish` is the port to take if it is free. */
export async function startWeb(databaseUrl: string, wish: number): Promise<Web> {
  const port = (await free(wish)) ?? (await free(0)) ?? 0
  const url = `http://127.0.0.1:${port}`
  const args = ['start', '--hostname', '127.0.0.1', '--port', String(port), built.console]
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    NEXTAUTH_URL: url,
    NEXT_TELEMETRY_DISABLED: '1',
    WARREN_ROOT: built.root,
  }
  const program = await Program.start('web', await asNobody([built.node, built.next, ...args]), { spawn: { env } })
  const answers = async () => !program.hasEnded && (await fetch(`${url}/api/healthz`)).ok
  await until(`the console to answer at ${url}`, answers, READY_MS).catch((cause: unknown) => {
    throw new Error(`The console does not answer. It said:\n${program.output}`, { cause })
  })
  return { url, program }
}

/** The port, or any when it is 0, if nobody listens there now. */
function free(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address && typeof address === 'object' ? address.port : null))
    })
  })
}
