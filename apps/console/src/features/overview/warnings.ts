import type { Plan } from '~/features/network/plan.ts'
import type { Presence, StateWord } from '~/features/network/presence.ts'
import { to } from '~/features/to.ts'
import { counted } from '~/ui/format.ts'

/** Something a person can act on, and where. */
export type Warning = { readonly text: string; readonly action: string; readonly href: string }

/** What needs attention now. That there is no hub is told on every page and not again here. */
export function warningsOf(plan: Plan, presence: Presence): Warning[] {
  const network = plan.network.name
  const having = (word: StateWord) => plan.members.filter((peer) => presence.state(peer).word === word).length
  const about = (word: StateWord, say: (many: number) => string): Warning[] => {
    const many = having(word)
    return many === 0 ? [] : [{ text: say(many), action: 'Show them', href: to.peers({ network, state: word }) }]
  }
  return [
    ...about('fault', (many) => `${counted(many, 'peer')} could not apply the current view`),
    ...about('invitation ended', (many) => `${counted(many, 'peer')} never joined, and the invitation has ended`),
  ]
}
