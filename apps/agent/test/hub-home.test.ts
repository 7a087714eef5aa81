import type { Link } from '@warren/protocol'
import { viewState } from '@warren/protocol'
import { expect, test } from 'vitest'
import { hubHome } from '../src/daemon/hub-home.ts'
import { hubOf } from '../src/daemon/pinned.ts'
import type { View } from '../src/plan/answer.ts'
import { membersOf } from '../src/plan/wanted.ts'
import { loadConfig, removeConfig, saveConfig } from '../src/state/config.ts'
import { CIDRS, CONFIG, envIn, HUB, viewOf } from './cast.ts'
import { temporaryDirectory } from './temporary.ts'

const BEFORE = CONFIG.hub.endpoint
const NOW = '203.0.113.20:51820'

const viewWith = (at: string[]): View => ({
  ...viewOf([]),
  state: viewState({ peers: [{ ...HUB, at }], cidrs: CIDRS }),
})
const heardAt = (at: string, rx: number, change: Partial<Link> = {}): Link[] => [
  { peer: HUB.id, live: true, via: 'direct', at, shaken: 1, rx, tx: 1, tried: [], ...change },
]

/** A node whose view names the hub at `at`; a name is known to lead to the new place. */
async function node(at: string[]) {
  const env = envIn(await temporaryDirectory())
  await saveConfig(env, CONFIG)
  const log: string[] = []
  const keeper = { view: viewWith(at), bounds: { inside: ['10.42.0.0/16'] } }
  const names = { addressesOf: (host: string) => (host === 'hub.example.org' ? ['203.0.113.20'] : []) }
  const follow = hubHome({ env, config: CONFIG, names, keeper, log: (line) => log.push(line) })
  const triedNow = async () => {
    const config = await loadConfig(env, 'acme')
    if (config?.state !== 'joined') throw new Error('it is a member')
    return membersOf({ hub: hubOf(config), ownId: 7, view: keeper.view.state, hubOnly: false })[0]?.at
  }
  return { env, log, keeper, follow, triedNow }
}

test('the place of the invitation is tried last until the hub is heard where the console says, and forgotten then', async () => {
  const { follow, triedNow, log } = await node([NOW])
  await follow([])
  await follow(heardAt(BEFORE, 10))
  await follow(heardAt(BEFORE, 20))
  await follow(heardAt(NOW, 20, { live: false }))
  await follow(heardAt(NOW, 20))
  await follow(heardAt(NOW, 20))
  expect(await triedNow()).toEqual([NOW, BEFORE])
  await follow(heardAt(NOW, 30))
  expect(await triedNow()).toEqual([NOW])
  await follow(heardAt(NOW, 40))
  expect(log).toEqual([`the hub has moved from ${BEFORE} to ${NOW}`])
})

test('while a move is under way the old place is kept, and the end of the move is noticed', async () => {
  const { follow, triedNow, keeper } = await node([NOW, BEFORE])
  await follow(heardAt(NOW, 10))
  await follow(heardAt(NOW, 20))
  expect(await triedNow()).toEqual([NOW, BEFORE])
  keeper.view = viewWith([NOW])
  await follow(heardAt(NOW, 30))
  await follow(heardAt(NOW, 40))
  expect(await triedNow()).toEqual([NOW])
})

test('a place that the console names is written down as it names it, one that it does not name never', async () => {
  const { follow, triedNow } = await node(['hub.example.org:51820'])
  await follow(heardAt('198.51.100.7:51820', 10))
  await follow(heardAt('198.51.100.7:51820', 20))
  expect(await triedNow()).toEqual(['hub.example.org:51820', BEFORE])
  await follow(heardAt(NOW, 30))
  await follow(heardAt(NOW, 40))
  expect(await triedNow()).toEqual(['hub.example.org:51820'])
})

test('a configuration that cannot be written is said once', async () => {
  const { env, follow, log } = await node([NOW])
  await removeConfig(env, 'acme')
  for (const rx of [10, 20, 30]) await follow(heardAt(NOW, rx))
  expect(log).toEqual([`the hub has moved from ${BEFORE} to ${NOW}`, 'This node is no member of acme any more.'])
})
