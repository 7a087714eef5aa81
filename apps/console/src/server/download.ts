import { createReadStream, existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { env } from './env.ts'

/** What a node fetches to join, where it lies in the repository, and what it is. Public: it holds no secret. */
const files = {
  'install.sh': { at: 'deploy/install.sh', type: 'text/x-shellscript; charset=utf-8' },
  'warren.cjs': { at: 'apps/agent/dist/warren.cjs', type: 'text/javascript; charset=utf-8' },
} as const

/** Streams one of the files, or says in one sentence why it is not there. */
export async function download(name: keyof typeof files): Promise<Response> {
  const { at, type } = files[name]
  const file = path.join(/* turbopackIgnore: true */ root(), at)
  const facts = await stat(file).catch(() => null)
  if (!facts?.isFile()) {
    return new Response(`${name} is not here; on the console's machine run: npm run build\n`, { status: 404 })
  }
  const headers = {
    'content-type': type,
    'content-length': String(facts.size),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  }
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, { headers })
}

/** The repository: where the environment says, else the first directory upwards that has the install script. */
function root(): string {
  const told = env().WARREN_ROOT
  if (told !== undefined) return told
  let at = process.cwd()
  while (!existsSync(path.join(at, files['install.sh'].at)) && path.dirname(at) !== at) at = path.dirname(at)
  return at
}
