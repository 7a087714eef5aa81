import { Name } from '@warren/protocol'
import type { Env } from '../env.ts'
import { Failure } from '../failure.ts'
import { type Config, type JoinedConfig, loadConfig, networksHere } from '../state/config.ts'

/**
 * The network that a command is about: the named one, or the only one. @throws Failure (usage) when it has to be named,
 * (refused) when this node is in no such network
 */
export async function whichNetwork(env: Env, given: string | undefined): Promise<Config> {
  const name = given ?? (await onlyNetwork(env))
  const config = Name.safeParse(name).success ? await loadConfig(env, name) : null
  if (config) return config
  const here = await networksHere(env)
  const known = here.length === 0 ? 'it is in none' : `it is in ${here.join(', ')}`
  throw new Failure('refused', `This node is not in a network ${name}; ${known}.`)
}

/** The same, for commands that need a finished membership. @throws Failure */
export async function whichJoined(env: Env, given: string | undefined): Promise<JoinedConfig> {
  const config = await whichNetwork(env, given)
  if (config.state === 'joined') return config
  throw new Failure(
    'refused',
    `Joining ${config.network.name} was interrupted; run warren join with the same invitation again to finish it.`,
  )
}

async function onlyNetwork(env: Env): Promise<string> {
  const [only, ...more] = await networksHere(env)
  if (only === undefined) {
    throw new Failure('refused', 'This node is in no network yet; join one with warren join INVITATION.')
  }
  if (more.length === 0) return only
  throw new Failure('usage', `This node is in ${[only, ...more].join(' and ')}; say which of them is meant.`)
}
