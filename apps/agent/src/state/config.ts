import { readdir, rm } from 'node:fs/promises'
import {
  AddressText,
  EndpointText,
  InterfaceName,
  Name,
  PeerSecret,
  Port,
  PrefixText,
  PrivateKey,
  PublicKey,
} from '@warren/protocol'
import { parse, stringify } from 'smol-toml'
import * as z from 'zod'
import type { Env } from '../env.ts'
import { Failure } from '../failure.ts'
import type { Filter } from '../plan/candidates.ts'
import { hasCode, readIfThere, reasonOf, writeAtomically } from '../system/files.ts'
import { places } from './places.ts'

const shared = {
  network: z.strictObject({
    name: Name,
    interface: InterfaceName,
    /** The root CIDR when this node joined; later ones come with the view. */
    prefix: PrefixText,
  }),
  hub: z.strictObject({
    'public-key': PublicKey,
    /** Where its WireGuard listens, seen from outside. */
    endpoint: EndpointText,
    /** Where the mesh API answers, inside the tunnel. */
    internal: EndpointText,
  }),
  settings: z.strictObject({
    hosts: z.boolean(),
    /** `strict`: a peer's key stays what it was also when the console says that the peer is another machine now. */
    'pin-keys': z.enum(['usual', 'strict']).optional(),
    /** Only endpoints in these prefixes, and none in those, are told to others and tried. */
    'candidates-only': z.array(PrefixText).optional(),
    'candidates-except': z.array(PrefixText).optional(),
    /** Where this node sends to a peer first, whatever the console says. */
    endpoints: z.array(z.strictObject({ peer: z.int().positive(), name: Name, at: EndpointText })).optional(),
  }),
}

const keys = { address: AddressText, 'private-key': PrivateKey, secret: PeerSecret, 'listen-port': Port }

/** A redemption that may or may not have reached the console: the keys it was, or is to be, sent with. */
const Pending = z.strictObject({
  state: z.literal('pending'),
  ...shared,
  peer: z.strictObject(keys),
  invitation: z.strictObject({ 'private-key': PrivateKey }),
})

/** A member. */
const Joined = z.strictObject({
  state: z.literal('joined'),
  ...shared,
  peer: z.strictObject({ ...keys, name: Name, id: z.int().positive() }),
  /** The key that is to follow `peer.private-key`, from before the console hears of it until it is in force. */
  rotation: z.strictObject({ 'private-key': PrivateKey }).optional(),
  /** Keys of peers that a person trusts although nothing signed them, by the peer's number. */
  trusted: z.record(z.string().regex(/^\d+$/), PublicKey).optional(),
})

const Config = z.discriminatedUnion('state', [Pending, Joined])
export type Config = z.infer<typeof Config>
export type PendingConfig = z.infer<typeof Pending>
export type JoinedConfig = z.infer<typeof Joined>

export type Settings = Config['settings']

/** The settings' part that says which endpoints are told and tried. */
export const filterOf = (settings: Settings): Filter => ({
  only: settings['candidates-only'],
  except: settings['candidates-except'],
})

const HEAD = '# Keys and settings of this node, made by warren. Whoever can read them can be this node.\n'

/** The configuration as its file's text. */
export const configText = (config: Config): string => `${HEAD}${stringify(Config.parse(config))}\n`

/** Reads a configuration strictly: half a key file is no key file. @throws Failure (state) in one sentence */
export function readConfigText(text: string, path: string): Config {
  let tables: unknown
  try {
    tables = parse(text)
  } catch {
    throw new Failure('state', `${path} is not a TOML file any more; restore it, or remove it and join again.`)
  }
  const config = Config.safeParse(tables)
  if (config.success) return config.data
  const issue = config.error.issues[0]
  // The value is left out on purpose: it may be a key.
  throw new Failure(
    'state',
    `${path} is damaged at ${issue?.path.join('.') || 'its top level'}; restore it, or remove it and join again.`,
  )
}

/** The configuration of a network; null when this node has none. @throws Failure (state) */
export async function loadConfig(env: Env, network: string): Promise<Config | null> {
  const path = places(env, network).config
  const text = await readIfThere(path)
  return text === null ? null : readConfigText(text, path)
}

/** @throws Failure (state) */
export const saveConfig = (env: Env, config: Config): Promise<void> =>
  writeAtomically(places(env, config.network.name).config, configText(config))

/** Removes the keys. */
export const removeConfig = (env: Env, network: string): Promise<void> =>
  rm(places(env, network).config, { force: true })

/** The networks that this node has a configuration of, by name. @throws Failure (state) */
export async function networksHere(env: Env): Promise<string[]> {
  try {
    const files = await readdir(env.configDir)
    return files
      .filter((file) => file.endsWith('.toml'))
      .map((file) => file.slice(0, -'.toml'.length))
      .filter((name) => Name.safeParse(name).success)
      .sort()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw new Failure('state', `${env.configDir} cannot be read: ${reasonOf(error)}.`)
  }
}
