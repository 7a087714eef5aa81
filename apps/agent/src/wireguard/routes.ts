import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { CommandFailure } from '../system/command-failure.ts'
import type { Run } from '../system/run.ts'

const Answer = z.array(
  z.object({
    type: z.string().optional(),
    dev: z.string(),
    gateway: z.string().optional(),
    via: z.unknown().optional(),
    prefsrc: z.string().optional(),
  }),
)

/** How this machine reaches an address. */
export type Route = {
  readonly device: string
  /** The next hop; null when the address itself is on the link. */
  readonly via: string | null
  /** The address that this machine sends from. */
  readonly source: string
}

/** The route to an address of another machine; null when there is none, or only by a next hop of the other family. */
export async function routeTo(run: Run, address: string): Promise<Route | null> {
  const text = await run('ip', ['-j', 'route', 'get', address]).catch((error: unknown) => {
    if (error instanceof CommandFailure) return '[]'
    throw error
  })
  const [route] = Answer.parse(JSON.parse(text))
  if (!route?.prefsrc || route.via !== undefined || (route.type ?? 'unicast') !== 'unicast') return null
  if (route.dev === 'lo') return null
  return { device: route.dev, via: route.gateway ?? null, source: route.prefsrc }
}

const Links = z.array(z.object({ mtu: z.number() }))

/** Bytes of the largest packet that a device sends; null when there is no such device. */
export async function mtuOf(run: Run, device: string): Promise<number | null> {
  const text = await run('ip', ['-j', 'link', 'show', 'dev', device]).catch((error: unknown) => {
    if (error instanceof CommandFailure) return '[]'
    throw error
  })
  return Links.parse(JSON.parse(text))[0]?.mtu ?? null
}

/**
 * The kernel's main routes as a text that changes when they do; cheap enough to look every second. Routes of other tables
 * are not among them.
 */
export async function mainRoutes(): Promise<string> {
  const read = (file: string) => readFile(`/proc/net/${file}`, 'utf8').catch(() => '')
  const [four, six] = await Promise.all([read('route'), read('ipv6_route')])
  // The seventh and eighth count uses.
  const columns = six.split('\n').map((line) => line.split(/ +/).filter((_, at) => at < 6 || at > 7))
  return `${four}${columns.join('\n')}`
}
