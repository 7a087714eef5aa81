import { Failure } from '../failure.ts'
import { removeConfig } from '../state/config.ts'
import { places } from '../state/places.ts'
import { removeView } from '../state/saved-view.ts'
import { underLock } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'
import { takeDown } from './down.ts'
import { endService } from './service.ts'
import { whichNetwork } from './which-network.ts'

/** `warren leave`: removes everything that `join` put on this node, the keys included. @throws Failure */
export async function leaveCommand(context: Context, network: string | undefined, options: { yes: boolean }) {
  await demandNetworkAdmin('leave')
  const config = await whichNetwork(context.env, network)
  const { name } = config.network
  if (!options.yes) await demandConsent(name)
  await underLock(places(context.env, name).lock, 2_000, async () => {
    await endService(context, name)
    await takeDown(context, config)
    await removeView(context.env, name)
    await removeConfig(context.env, name)
  })
  context.say(`left ${name}; an admin can delete the peer in the console now`)
}

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
