import { existsSync } from 'node:fs'
import { Lab } from '../lab/lab.ts'
import { startDaemon, warren } from '../lab/member.ts'
import { built } from '../lab/places.ts'
import { internet, publicAddress, publicHost } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { Stack } from './stack.ts'
import { standIns } from './stand-ins.ts'

/**
 * Tries docker-compose.yml for real: images are built, the stack is started on a host of the lab, and an agent on another
 * host joins through the published port. By hand (`npm run test:compose`), because it takes minutes and Docker.
 */
const HUB = '10.42.0.1'
const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`)

async function main(): Promise<void> {
  if (!existsSync(built.agent)) throw new Error('The agent is not built: npm run build.')
  const ground = await standIns(say)
  const lab = await Lab.open()
  try {
    const net = await internet(lab)
    const server = await publicHost(lab, net, { name: 'server', i: 7 })
    const laptop = await publicHost(lab, net, { name: 'laptop', i: 20 })
    const pings = (limitMs = 60_000) =>
      until(
        'the laptop reaches the hub',
        async () => (await laptop.run('ping', ['-c1', '-W1', HUB])).exitCode === 0,
        limitMs,
      )

    const stack = await Stack.open(server, ground, say)
    await stack.build()
    await stack.up()
    await stack.untilHealthy()
    say('every service that has a health check is healthy')
    await stack.checkRights()
    say('root file systems are read-only, users are not root but for the hub, which has two rights')

    const invitation = await stack.found(`${publicAddress(7)}:51820`)
    const file = await laptop.file('laptop.toml', invitation)
    const joined = await warren(laptop, ['join', file])
    if (joined.exitCode !== 0) throw new Error(`warren join ended with ${joined.exitCode}:\n${joined.stderr}`)
    await startDaemon(laptop)
    await pings()
    say('an agent joined through the published port, and pings the hub')

    for (const service of ['coordinator', 'web', 'postgres', 'hub'] as const) {
      await stack.compose(['restart', service])
      await stack.untilHealthy()
      await pings()
      say(`${service} was restarted: healthy, and the tunnel carries packets`)
    }
    await stack.backUp()
    say('the back-up of docs/docker.md has the database and the keys')
    await stack.compose(['down'])
    await stack.up()
    await stack.untilHealthy()
    await pings()
    say('taken down and started again: the network is what it was')
    say('1 passed, 0 failed')
  } finally {
    await lab.close()
  }
}

await main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
