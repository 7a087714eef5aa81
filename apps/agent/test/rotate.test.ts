import { no, ok, type Result } from '@warren/cidr'
import { Refusal, type RotateKeyInput } from '@warren/protocol'
import { isTurnSigned } from '@warren/protocol/rotation'
import { beforeEach, describe, expect, test } from 'vitest'
import { Keeper } from '../src/daemon/keeper.ts'
import type { Mesh, MeshProblem } from '../src/mesh/client.ts'
import { renewal } from '../src/rotate/renewal.ts'
import { beginRotation, rotate } from '../src/rotate/rotate.ts'
import { type JoinedConfig, loadConfig, saveConfig } from '../src/state/config.ts'
import { editConfig } from '../src/state/edit-config.ts'
import { publicKeyOf } from '../src/wireguard/keys.ts'
import { CONFIG, envIn, key, secretOf, viewOf } from './cast.ts'
import { fakeSystem } from './fake-system.ts'
import { temporaryDirectory } from './temporary.ts'

type Answer = Result<object, MeshProblem>
const refused = (kind: 'conflict' | 'unavailable'): Answer =>
  no({ kind: 'refused', refusal: new Refusal(kind, 'It says no.') })

async function node(answers: readonly Answer[]) {
  const dir = await temporaryDirectory()
  const env = envIn(dir)
  await saveConfig(env, CONFIG)
  const system = fakeSystem({ secretOf })
  const asked: RotateKeyInput[] = []
  const left = [...answers]
  const never = async () => no({ kind: 'aborted' } as const)
  const mesh: Mesh = {
    poll: never,
    redeem: never,
    report: never,
    links: never,
    hello: never,
    overrideEndpoint: never,
    keepLine: () => {},
    reset: () => {},
    rotateKey: async (input) => {
      asked.push(input)
      return left.shift() ?? refused('conflict')
    },
  }
  const log: string[] = []
  const keeper = new Keeper({
    env,
    tools: system.tools(`${dir}/run`),
    config: CONFIG,
    saved: null,
    names: { addressesOf: () => [], refresh: async () => false },
    clock: () => ({ monotonicMs: 0, unixS: 1_000_000 }),
    log: (line) => log.push(line),
  })
  await keeper.adopt(viewOf([]))
  const onDisk = async () => (await loadConfig(env, 'acme')) as JoinedConfig
  const deviceKey = () => system.devices.get('acme')?.publicKey
  return {
    env,
    mesh,
    keeper,
    log,
    asked,
    onDisk,
    deviceKey,
    parts: { env, mesh, keeper, log: (line: string) => log.push(line) },
  }
}

const forever = new AbortController().signal
describe('a new key', () => {
  test('is on disk before it is asked for, signed by the present one, and in force when the console took it', async () => {
    const { env, parts, asked, onDisk, deviceKey } = await node([ok({})])
    const config = await beginRotation(env, 'acme')
    const next = publicKeyOf(config.rotation?.['private-key'] ?? CONFIG.peer['private-key'])
    expect((await onDisk()).rotation).toEqual(config.rotation)
    expect(await rotate(parts, config, forever)).toMatchObject({ kind: 'done' })
    const [{ publicKey, signature } = { publicKey: key('nobody'), signature: '' }] = asked
    expect(publicKey).toBe(next)
    expect(isTurnSigned({ network: 'acme', peerId: 7, from: key('ana'), to: publicKey }, signature)).toBe(true)
    expect(deviceKey()).toBe(next)
    const { peer, rotation } = await onDisk()
    expect(publicKeyOf(peer['private-key'])).toBe(next)
    expect(rotation).toBeUndefined()
  })

  test('that waits already is the one that is asked for', async () => {
    const { env } = await node([])
    const first = await beginRotation(env, 'acme')
    expect(await beginRotation(env, 'acme')).toEqual(first)
  })

  test('that the console refuses for good is forgotten, and the present one stays', async () => {
    const { env, parts, onDisk, deviceKey } = await node([refused('conflict')])
    const outcome = await rotate(parts, await beginRotation(env, 'acme'), forever)
    expect(outcome).toMatchObject({ kind: 'refused', sentence: 'It says no.' })
    expect(deviceKey()).toBe(key('ana'))
    expect(await onDisk()).toEqual(CONFIG)
  })

  test('is asked for again when the console is about to be back', async () => {
    const { env, parts, asked } = await node([refused('unavailable'), ok({})])
    expect(await rotate(parts, await beginRotation(env, 'acme'), forever)).toMatchObject({ kind: 'done' })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.publicKey).toBe(asked[0]?.publicKey)
  })

  test('leaves alone what a person changed in the file meanwhile', async () => {
    const { env, parts, onDisk } = await node([ok({})])
    const config = await beginRotation(env, 'acme')
    await editConfig(env, 'acme', (now) => ({ ...now, trusted: { 8: key('bo') } }))
    await rotate(parts, config, forever)
    expect((await onDisk()).trusted).toEqual({ 8: key('bo') })
  })
})

describe('a daemon', () => {
  let now = 0
  beforeEach(() => {
    now = 0
  })
  const renewalOf = ({ parts }: Awaited<ReturnType<typeof node>>) =>
    renewal({ ...parts, config: CONFIG, now: () => now })

  test('takes up a key that a person asked for', async () => {
    const here = await node([ok({})])
    const keys = renewalOf(here)
    expect(await keys.glance()).toBe(false)
    await beginRotation(here.env, 'acme')
    expect(await keys.glance()).toBe(true)
    await keys.turn(forever)
    expect(here.asked).toHaveLength(1)
    expect(await keys.glance()).toBe(false)
    await keys.turn(forever)
    expect(here.asked).toHaveLength(1)
  })

  test('obeys the console when its turn has come, and not again at once when it is refused', async () => {
    const here = await node([refused('conflict'), ok({})])
    const keys = renewalOf(here)
    await here.keeper.adopt(viewOf([], { self: { renew: true }, revision: 6 }))
    await keys.glance()
    now = 1_000
    expect(await keys.glance()).toBe(true)
    await keys.turn(forever)
    expect(keys.fault).toBe("This node's new key is not in force: It says no.")
    now = 300_000
    expect(await keys.glance()).toBe(false)
    now = 700_000
    await keys.glance()
    await keys.turn(forever)
    expect(keys.fault).toBeNull()
    expect(here.asked).toHaveLength(2)
  })
})
