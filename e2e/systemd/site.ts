import { randomBytes } from 'node:crypto'
import { Admin } from '../lab/admin.ts'
import { join, type Member } from '../lab/member.ts'
import { asNobody, built } from '../lab/places.ts'
import type { Program } from '../lab/program.ts'
import { bringUp, type Stack } from '../lab/stack.ts'
import { publicAddress, publicHost } from '../lab/topology.ts'
import { until } from '../lab/until.ts'

const HUB = 10
export const CONSOLE = `http://${publicAddress(HUB)}:3000`

/** A Warren with a console that machines on the lab's internet can open, and one member to talk to. */
export type Site = { stack: Stack; admin: Admin; bob: Member; web: Program }

export async function openSite(): Promise<Site> {
  const stack = await bringUp()
  try {
    const admin = new Admin(stack)
    await admin.addCidr('humans', '10.42.1.0/24')
    const web = await startPages(stack)
    const host = await publicHost(stack.lab, stack.internet, { name: 'bob', i: 20 })
    const bob = await join(host, await admin.invite('bob', 'humans'))
    return { stack, admin, bob, web }
  } catch (error) {
    await stack.close()
    throw error
  }
}

/** The pages, on the hub's host, where everybody may open them. */
async function startPages({ hub, databaseUrl }: Stack): Promise<Program> {
  const args = ['start', '--hostname', '0.0.0.0', '--port', '3000', built.console]
  const program = await hub.start('web', await asNobody([built.node, built.next, ...args]), {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    NEXTAUTH_URL: CONSOLE,
    NEXT_TELEMETRY_DISABLED: '1',
    WARREN_ROOT: built.root,
  })
  const asks = `fetch('${CONSOLE}/api/healthz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))`
  await until('the console to answer', async () => (await hub.run(built.node, ['-e', asks])).exitCode === 0, 120_000)
  return program
}
