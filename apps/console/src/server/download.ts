import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { env } from './env.ts'

/** What a node fetches to join, where it lies in the repository, and what it is. Public: it holds no secret. */
const files = {
  'install.sh': { at: 'deploy/install.sh', type: 'text/x-shellscript; charset=utf-8' },
  'warren.cjs': { at: 'apps/agent/dist/warren.cjs', type: 'text/javascript; charset=utf-8' },
} as const

/** What the install script says in the place of its console's address. */
const PLACEHOLDER = '@ORIGIN@'

/** Answers one of the files, or says in one sentence why it is not there. The script learns where it came from. */
export async function download(name: keyof typeof files): Promise<Response> {
  const { at, type } = files[name]
  const bytes = await readFile(path.join(/* turbopackIgnore: true */ root(), at)).catch(() => null)
  if (bytes === null) {
    return new Response(`${name} is not here; on the console's machine run: npm run build\n`, { status: 404 })
  }
  const headers = { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
  const body = name === 'install.sh' ? bytes.toString().replace(PLACEHOLDER, new URL(env().NEXTAUTH_URL).origin) : bytes
  return new Response(body, { headers })
}

/** The repository: where the environment says, else the first directory upwards that has the install script. */
function root(): string {
  const told = env().WARREN_ROOT
  if (told !== undefined) return told
  let at = process.cwd()
  while (!existsSync(path.join(/* turbopackIgnore: true */ at, files['install.sh'].at)) && path.dirname(at) !== at)
    at = path.dirname(at)
  return at
}
