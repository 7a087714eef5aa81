import { Name } from '@warren/protocol'
import { tell } from '../admin/told.ts'
import { Failure } from '../failure.ts'
import { loadConfig, removeConfig } from '../state/config.ts'
import { places } from '../state/places.ts'
import { removeView } from '../state/saved-view.ts'
import { underLock } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'
import { takeDown } from './down.ts'
import { endService } from './service.ts'
import { whichNetwork } from './which-network.ts'

type Options = { yes: boolean; json: boolean }

/**
 * `warren leave`: removes everything that `join` put on this node, the keys included. With --yes, a network that is named
 * and that this node is not in is left already. @throws Failure
 */
export async function leaveCommand(context: Context, network: string | undefined, options: Options): Promise<void> {
  await demandNetworkAdmin('leave')
  if (options.yes && network !== undefined && (await isElsewhere(context, network))) {
    return tell(context, options, { changed: false, sentence: `this node is not in ${network}`, data: { network } })
  }
  const config = await whichNetwork(context.env, network)
  const { name } = config.network
  if (!options.yes) await demandConsent(name)
  await underLock(places(context.env, name).lock, 2_000, async () => {
    await endService(context, name)
    await takeDown(context, config)
    await removeView(context.env, name)
    await removeConfig(context.env, name)
  })
  const sentence = `left ${name}; an admin can delete the peer in the console now`
  tell(context, options, { changed: true, sentence, data: { network: name } })
}

/** Whether this could be a network, and there is nothing of it here. */
const isElsewhere = async ({ env }: Context, network: string): Promise<boolean> =>
  Name.safeParse(network).success && (await loadConfig(env, network)) === null

async function demandConsent(network: string): Promise<void> {
  if (!process.stdin.isTTY) throw new Failure('usage', `Nobody can be asked here; say warren leave ${network} --yes.`)
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(
    `Leave ${network}? Its keys are deleted; coming back needs a new invitation. [y/N] `,
  )
  terminal.close()
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new Failure('refused', `Nothing was changed; this node is still in ${network}.`)
}
