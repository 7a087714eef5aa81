import { type StaleLine, staleHandout } from '@warren/protocol'
import type { Member, Plan } from '~/features/network/plan.ts'
import { weakly } from '~/features/network/weakly.ts'

const FRESH: readonly StaleLine[] = []

/** The devices whose configuration is out of date, with the lines of it that are. */
const staleOnes = weakly((plan: Plan): ReadonlyMap<number, readonly StaleLine[]> => {
  const { network, root } = plan
  const hubKey = plan.members.find(({ kind }) => kind === 'hub')?.publicKey ?? null
  return new Map(
    plan.members.flatMap((peer) => {
      const lines = staleHandout({ peer, network, root, hubKey })
      return lines.length > 0 ? [[peer.id, lines]] : []
    }),
  )
})

/** What of a peer's configuration is out of date; nothing for peers with an agent, which learn by themselves. */
export const staleOf = (plan: Plan, peerId: number): readonly StaleLine[] => staleOnes(plan).get(peerId) ?? FRESH

/** All devices whose configuration is out of date, by address. */
export const staleDevices = (plan: Plan): Member[] => plan.members.filter(({ id }) => staleOnes(plan).has(id))
