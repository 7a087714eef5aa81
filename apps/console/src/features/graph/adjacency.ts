import type { Strand } from './strands.ts'

/** Everyone's tunnels, by peer id, from the answer of link.list. */
export type Adjacency = { of(peerId: number): readonly { peer: number; code: number }[] }

/** Indexes the links once, so that following a peer under the pointer costs only that peer's own tunnels. */
export function adjacencyOf(links: readonly (readonly [number, number, number])[]): Adjacency {
  const starts = new Map<number, number>()
  for (const [a, b] of links) for (const id of [a, b]) starts.set(id, (starts.get(id) ?? 0) + 1)
  let next = 0
  for (const [id, many] of starts) {
    starts.set(id, next)
    next += many
  }
  const firsts = new Map(starts)
  const mates = new Int32Array(next)
  const codes = new Uint8Array(next)
  const put = (id: number, mate: number, code: number) => {
    const at = starts.get(id) ?? 0
    mates[at] = mate
    codes[at] = code
    starts.set(id, at + 1)
  }
  for (const [a, b, code] of links) {
    put(a, b, code)
    put(b, a, code)
  }
  return {
    of: (id) => {
      const [from, to] = [firsts.get(id) ?? 0, starts.get(id) ?? 0]
      return Array.from(mates.subarray(from, to), (peer, at) => ({ peer, code: codes[from + at] ?? 0 }))
    },
  }
}

/** More lines from one peer than this are a fan without gaps: every n-th is drawn. */
const MOST_OF_ONE = 900

/** A peer's own strands, thinned when they are more than can be told apart. */
export function thinned(strands: readonly Strand[], most = MOST_OF_ONE): readonly Strand[] {
  if (strands.length <= most) return strands
  return strands.filter(
    (_, at) => Math.floor(((at + 1) * most) / strands.length) > Math.floor((at * most) / strands.length),
  )
}
