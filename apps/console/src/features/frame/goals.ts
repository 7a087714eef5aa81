import { addressesOf, prefixesOf } from '~/features/network/families.ts'
import type { Plan } from '~/features/network/plan.ts'
import { to } from '~/features/to.ts'

/** Something to jump to. */
export type Goal = { key: string; kind: 'CIDR' | 'peer' | 'page'; name: string; detail: string; href: string }

/** Everything in a network that can be jumped to: pages, then CIDRs in document order, then peers by address. */
export function goalsOf(plan: Plan): Goal[] {
  const network = plan.network.name
  const page = (name: string, href: string): Goal => ({ key: `page ${name}`, kind: 'page', name, detail: '', href })
  const here = { network }
  return [
    page('Overview', to.overview(here)),
    page('Tree', to.tree(here)),
    page('Graph', to.graph(here)),
    page('Peers', to.peers(here)),
    page('Access', to.access(here)),
    page('Invitations', to.invitations(here)),
    page('Activity', to.activity(here)),
    page('Settings', to.settings(here)),
    page('Your account', to.account()),
    page('New network', to.newNetwork()),
    ...plan.tree.nodes.map(({ id, name }): Goal => {
      return {
        key: `cidr ${id}`,
        kind: 'CIDR',
        name,
        detail: prefixesOf(plan, id).join(' · '),
        href: to.tree({ network, cidr: name }),
      }
    }),
    ...plan.members.map((peer): Goal => {
      const { id, name } = peer
      return {
        key: `peer ${id}`,
        kind: 'peer',
        name,
        detail: addressesOf(peer).join(' · '),
        href: to.peer({ network, peer: id }),
      }
    }),
  ]
}

/** More than fit on a screen help nobody find anything. */
const AT_MOST = 40

/** The goals that a text may mean, likeliest first: names that begin with it, then names and details that contain it. */
export function search(goals: readonly Goal[], text: string): Goal[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return goals.slice(0, AT_MOST)
  // By likelihood; no sorting, for a letter may find thousands of them.
  const hits: Goal[][] = [[], [], [], [], []]
  for (const goal of goals) hits[rankOf(goal, wanted)]?.push(goal)
  return hits.flat().slice(0, AT_MOST)
}

/** From 0, the likeliest; `NOT_MEANT` for a goal that the text is no part of. */
function rankOf({ name: spelled, detail }: Goal, wanted: string): number {
  const name = spelled.toLowerCase()
  if (name === wanted || detail === wanted) return 0
  if (name.startsWith(wanted)) return 1
  return detail.startsWith(wanted) ? 2 : name.includes(wanted) ? 3 : detail.includes(wanted) ? 4 : NOT_MEANT
}

const NOT_MEANT = 9
