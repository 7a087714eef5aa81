import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Step, steps } from '../../apps/agent/src/join/crash-door.ts'
import type { Invite } from '../lab/admin.ts'
import type { Host } from '../lab/host.ts'
import { join, type Member, mustWarren, settled, startDaemon, tryToJoin } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { type Town, town } from './town.ts'

let place: Town
let anchor: Member

beforeAll(async () => {
  place = await town({ nodes: '10.42.1.0/24' })
  const [first] = await place.join({ anchor: 'nodes' })
  if (!first) throw new Error('nobody joined')
  anchor = first
})
afterAll(() => place?.close())

type Joining = { name: string; host: Host; invite: Invite }

const peer = async (name: string): Promise<Joining> => ({
  name,
  host: await place.host(name),
  invite: await place.admin.invite(name, 'nodes'),
})

/** Joins with the agent killed right after `step`. */
async function crash({ host, invite }: Joining, step: Step): Promise<void> {
  const { exitCode, stdout } = await tryToJoin(host, invite, { WARREN_CRASH_AFTER: step })
  if (exitCode === 0) throw new Error(`it did not crash after ${step}: ${stdout}`)
}

/** Joins once more with the same invitation, which has to work; then pings to and fro. */
async function resumed({ host, invite, name }: Joining) {
  const { exitCode, stderr } = await tryToJoin(host, invite)
  if (exitCode !== 0) return { exitCode, stderr }
  await startDaemon(host)
  return settled(place.admin, [anchor, { name, host }])
}

describe('an agent that is killed while it joins is resumed by join', () => {
  // With the last step everything is done: join has nothing left to do and says so, below.
  test.each(steps.filter((step) => step !== 'applied'))('after the step %s', async (step) => {
    const joining = await peer(`killed-${step}`)
    await crash(joining, step)
    expect(await resumed(joining)).toEqual(both(`anchor ${joining.name}`))
  })

  test('after the last step there is nothing left to do', async () => {
    const joining = await peer('killed-applied')
    await crash(joining, 'applied')
    const { exitCode, stderr } = await tryToJoin(joining.host, joining.invite)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('This node already is killed-applied in the network acme')
    await startDaemon(joining.host)
    expect(await settled(place.admin, [anchor, joining])).toEqual(both('anchor killed-applied'))
  })

  test('however often it is killed', async () => {
    const joining = await peer('killed-often')
    for (const step of steps.filter((one) => one !== 'applied')) await crash(joining, step)
    expect(await resumed(joining)).toEqual(both('anchor killed-often'))
  })
})

describe('a node whose power is cut while it joins is resumed by join', () => {
  test.each(steps.filter((step) => step !== 'applied'))('after the step %s', async (step) => {
    const joining = await peer(`cut-${step}`)
    await crash(joining, step)
    await joining.host.reboot()
    expect(await resumed(joining)).toEqual(both(`anchor ${joining.name}`))
  })

  test('after the last step up is enough', async () => {
    const joining = await peer('cut-applied')
    await crash(joining, 'applied')
    await joining.host.reboot()
    await mustWarren(joining.host, ['up'])
    expect(await settled(place.admin, [anchor, joining])).toEqual(both('anchor cut-applied'))
  })
})

describe('where IPv6 is switched off', () => {
  const without6 = async (name: string): Promise<Joining> => {
    const joining = await peer(name)
    await joining.host.wired(async () => {
      await joining.host.sh(
        'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6',
      )
    })
    return joining
  }

  test('a node joins all the same', async () => {
    const joining = await without6('only4')
    expect(await join(joining.host, joining.invite)).toMatchObject({ name: 'only4' })
    expect(await settled(place.admin, [anchor, joining])).toEqual(both('anchor only4'))
  })

  test.each(['pending', 'redeemed', 'swapped'] as const)('a join killed after %s is resumed', async (step) => {
    const joining = await without6(`only4-${step}`)
    await crash(joining, step)
    expect(await resumed(joining)).toEqual(both(`anchor ${joining.name}`))
  })
})
