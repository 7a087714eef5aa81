import http from 'node:http'
import { ADMIN_SOCKET } from '@warren/protocol'
import * as z from 'zod'
import type { Env } from '../env.ts'
import { Failure } from '../failure.ts'
import { readJson } from '../state/json.ts'
import { writeAtomically } from '../system/files.ts'

/** Where the hub's process notes the folder of its console's sockets. */
const notePath = (env: Env): string => `${env.runDir}/console.json`
const Note = z.strictObject({ folder: z.string() })

/** Notes where the console of this host has its sockets, for commands with --local. */
export const noteConsole = (env: Env, folder: string): Promise<void> =>
  writeAtomically(notePath(env), `${JSON.stringify({ folder })}\n`)

/** The console's admin socket on this host. @throws Failure when no hub ran here */
export async function localSocket(env: Env): Promise<string> {
  const note = await readJson(notePath(env), Note, 'start the hub again')
  if (note) return `${note.folder}/${ADMIN_SOCKET}`
  throw new Failure('refused', 'No hub runs on this machine, so there is no console here; leave --local out.')
}

type Init = { method?: string | undefined; body?: unknown; headers?: unknown; signal?: AbortSignal | null | undefined }

/** Enough of fetch for the tRPC client, over a Unix socket. */
export function localFetch(socketPath: string) {
  return (url: string | URL | Request, init?: Init) =>
    new Promise<{ ok: boolean; status: number; json(): Promise<unknown>; text(): Promise<string> }>(
      (resolve, reject) => {
        const { pathname, search } = new URL(String(url))
        const options = {
          socketPath,
          path: `${pathname}${search}`,
          ...(init?.method ? { method: init.method } : {}),
          ...(init?.headers ? { headers: init.headers as Record<string, string> } : {}),
          ...(init?.signal ? { signal: init.signal } : {}),
        }
        const request = http.request(options, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const status = response.statusCode ?? 0
            resolve({ ok: status < 300, status, json: async () => JSON.parse(text), text: async () => text })
          })
        })
        request.on('error', reject)
        request.end(typeof init?.body === 'string' ? init.body : undefined)
      },
    )
}
