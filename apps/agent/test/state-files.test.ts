import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { hubKey, loadHubStates, saveHubState } from '../src/hub/files.ts'
import {
  type Config,
  configText,
  loadConfig,
  networksHere,
  readConfigText,
  removeConfig,
  saveConfig,
} from '../src/state/config.ts'
import { loadView, saveView } from '../src/state/saved-view.ts'
import { CONFIG, envIn, key, peer, privateKey, viewOf } from './cast.ts'
import { temporaryDirectory } from './temporary.ts'

const { id: _id, name: _name, ...keys } = CONFIG.peer
const PENDING: Config = { ...CONFIG, state: 'pending', peer: keys, invitation: { 'private-key': privateKey('guest') } }

test.each<[string, Config]>([
  ['a member’s', CONFIG],
  ['a pending one', PENDING],
])('%s configuration survives being written and read', (_what, config) => {
  expect(readConfigText(configText(config), '/x')).toEqual(config)
})

test('only root may read the keys, and a stranger in the directory is no network', async () => {
  const env = envIn(await temporaryDirectory())
  await saveConfig(env, CONFIG)
  await writeFile(`${env.configDir}/README.txt`, '')
  await writeFile(`${env.configDir}/Not A Name.toml`, '')
  expect((await stat(`${env.configDir}/acme.toml`)).mode & 0o777).toBe(0o600)
  expect((await stat(env.configDir)).mode & 0o777).toBe(0o700)
  expect(await networksHere(env)).toEqual(['acme'])
  expect(await loadConfig(env, 'acme')).toEqual(CONFIG)
  await removeConfig(env, 'acme')
  expect(await loadConfig(env, 'acme')).toBe(null)
})

test('no draft stays behind', async () => {
  const env = envIn(await temporaryDirectory())
  await Promise.all([saveConfig(env, CONFIG), saveConfig(env, CONFIG), saveConfig(env, PENDING)])
  expect(await readdir(env.configDir)).toEqual(['acme.toml'])
})

const whole = configText(CONFIG)
test.each([
  ['cut in the middle', whole.slice(0, whole.length / 2), /restore it/],
  ['empty', '', /damaged at state/],
  ['with a key too short', whole.replace(CONFIG.peer['private-key'], 'abc='), /damaged at peer\.private-key/],
  ['with a field that nobody knows', `extra = 1\n${whole}`, /damaged at its top level/],
  [
    'with a network name that is a path',
    whole.replace('name = "acme"', 'name = "../acme"'),
    /damaged at network\.name/,
  ],
])('a configuration %s stops with a sentence', (_what, text, sentence) => {
  expect(() => readConfigText(text, '/etc/warren/acme.toml')).toThrow(sentence)
})

test('the sentence about a damaged file shows nothing of what it holds', () => {
  const damaged = whole.replace(CONFIG.peer.secret, 'T0PSECRET')
  expect(() => readConfigText(damaged, '/x')).toThrow(/^(?!.*T0PSECRET).*peer\.secret/)
})

test('a view survives being saved, with the places where peers answered', async () => {
  const env = envIn(await temporaryDirectory())
  const view = viewOf([peer(8, 'bo', { at: ['203.0.113.7:1', '[2001:db8::1]:2'] })])
  await saveView(env, 'acme', { view, endpoints: new Map([[key('bo'), '198.51.100.2:9']]) })
  const saved = await loadView(env, 'acme')
  expect(saved?.view).toEqual(view)
  expect(saved?.endpoints).toEqual(new Map([[key('bo'), '198.51.100.2:9']]))
})

test('no view is no fault, a damaged one is', async () => {
  const env = envIn(await temporaryDirectory())
  expect(await loadView(env, 'acme')).toBe(null)
  await saveView(env, 'acme', { view: viewOf([peer(8, 'bo')]), endpoints: new Map() })
  const path = `${env.stateDir}/acme.json`
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.slice(0, 100))
  await expect(loadView(env, 'acme')).rejects.toThrow(/cut short or edited; remove it and run warren up acme/)
  await writeFile(path, text.replace('10.42.1.8', '10.42.1.800'))
  await expect(loadView(env, 'acme')).rejects.toThrow(/damaged at view\.peers\.1\.ip/)
})

test('a hub makes its key once, and never replaces one that it cannot read', async () => {
  const env = envIn(await temporaryDirectory())
  const first = await hubKey(env, 'acme')
  expect(await hubKey(env, 'acme')).toBe(first)
  expect((await stat(`${env.stateDir}/hub-acme.key`)).mode & 0o777).toBe(0o600)
  await writeFile(`${env.stateDir}/hub-acme.key`, first.slice(0, 20))
  await expect(hubKey(env, 'acme')).rejects.toThrow(/restore it from a backup/)
})

test('what a hub saved is read back; a damaged file stops with a sentence', async () => {
  const env = envIn(await temporaryDirectory())
  expect(await loadHubStates(env)).toEqual([])
  const state = {
    version: 1 as const,
    network: {
      id: 1,
      name: 'acme',
      interface: 'acme',
      hubPeerId: 1,
      address: '10.42.0.1',
      prefix: '10.42.0.0/16',
      listenPort: 1,
      apiPort: 1,
      keepaliveS: 25,
      publicKey: null,
      address6: null,
      prefix6: null,
      listenPortBefore: null,
      dns: false,
    },
    revision: 3,
    peers: [{ ref: 'peer:7', key: key('ana'), ips: ['10.42.1.7'], restricted: false, endpoint: null }],
    endpoints: { [key('ana')]: '203.0.113.7:1' },
  }
  await saveHubState(env, state)
  expect(await loadHubStates(env)).toEqual([state])
  await mkdir(env.stateDir, { recursive: true })
  await writeFile(`${env.stateDir}/acme.hub.json`, '{')
  await expect(loadHubStates(env)).rejects.toThrow(/acme\.hub\.json is cut short/)
})
