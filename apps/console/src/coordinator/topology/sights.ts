import { type Scene, spansOf } from './scene.ts'

/** Ids of CIDRs. */
export type Sights = { gained: number[]; lost: number[] }

const NONE: Sights = { gained: [], lost: [] }

/** For each group, the populated CIDRs that came into its sight or went out of it; none when the layout stayed. */
export function sightComparer(before: Scene, after: Scene): (group: number) => Sights {
  if (before.layout === after.layout) return () => NONE
  const from = before.layout.tree.nodes
  const to = after.layout.tree.nodes
  const moved = Int32Array.from(from, ({ id }) => (after.layout.tree.get(id) ? after.layout.tree.span(id).from : -1))
  const marks = new Uint8Array(to.length)
  const sameOrder = populatedIds(before).join() === populatedIds(after).join()

  return (group) => {
    // Where the populated CIDRs are the same ones in the same order, spans can be compared without looking into them.
    if (sameOrder && rankText(before, group) === rankText(after, group)) return NONE
    const sights: Sights = { gained: [], lost: [] }
    marks.fill(0)
    eachPopulated(before, group, (at) => {
      const place = moved[at] ?? -1
      if (place >= 0) marks[place] = WAS
    })
    eachPopulated(after, group, (at) => {
      marks[at] = marks[at] === WAS ? BOTH : IS
    })
    marks.forEach((mark, at) => {
      const id = to[at]?.id
      if (id === undefined || mark === BOTH || mark === 0) return
      if (mark === WAS) sights.lost.push(id)
      else sights.gained.push(id)
    })
    return sights
  }
}

const populatedIds = ({ layout, populated }: Scene): number[] =>
  layout.tree.nodes.filter((_, at) => populated[at]).map(({ id }) => id)

/** A group's spans counted in populated CIDRs only, those without any left out and neighbours joined. */
function rankText(scene: Scene, group: number): string {
  const ranks: number[] = []
  for (const { from, to } of spansOf(scene, group)) {
    const [first, end] = [scene.peopleBefore[from] ?? 0, scene.peopleBefore[to] ?? 0]
    if (first === end) continue
    if (ranks.at(-1) === first) ranks[ranks.length - 1] = end
    else ranks.push(first, end)
  }
  return ranks.join()
}

const WAS = 1
const IS = 2
const BOTH = 3

function eachPopulated(scene: Scene, group: number, visit: (position: number) => void): void {
  for (const { from, to } of spansOf(scene, group)) {
    for (let at = from; at < to; at += 1) if (scene.populated[at]) visit(at)
  }
}
