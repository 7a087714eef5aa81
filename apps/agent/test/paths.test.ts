import { expect, test } from 'vitest'
import type { Now, Path } from '../src/plan/path-state.ts'
import { TRY_MS } from '../src/plan/path-step.ts'
import { rememberedPath, SENDS_PER_LOOK, stepPaths } from '../src/plan/paths.ts'
import type { LivePeer } from '../src/wireguard/dump.ts'
import { key, live } from './cast.ts'

const BO = key('bo')
const OWN = key('ana')
const A = '203.0.113.1:1'
const B = '192.168.1.2:1'
const C = '10.9.9.9:1'
const at = (seconds: number): Now => ({ monotonicMs: seconds * 1000, unixS: 1_000_000 + seconds })
const shook = (seconds: number): number => 1_000_000 + seconds

/** One peer under watch: each look moves it if the planner says so, and gives where it went (null: nowhere). */
function watched(start: Partial<LivePeer> | null, candidates: string[], remembered?: string, keepaliveS = 25) {
  let peer = start && live('bo', { keepalive: keepaliveS, ...start })
  let paths: ReadonlyMap<typeof BO, Path> = new Map<typeof BO, Path>(
    remembered ? [[BO, rememberedPath(remembered)]] : [],
  )
  return (seconds: number, change: Partial<LivePeer> = {}, list = candidates): string | null => {
    if (peer) peer = { ...peer, ...change }
    const liveNow = new Map(peer ? [[BO, peer] as const] : [])
    const step = stepPaths({
      ownKey: OWN,
      peers: [{ key: BO, candidates: list }],
      live: liveNow,
      paths,
      now: at(seconds),
      keepaliveS,
    })
    paths = step.paths
    const move = step.moves.get(BO)
    if (!move) return null
    const from = move.remake || !peer ? live('bo') : peer
    peer = { ...from, endpoint: move.to, keepalive: keepaliveS }
    return move.to
  }
}

test('a new peer is sent to its first candidate', () => {
  expect(watched(null, [A, B])(0)).toBe(A)
})

test('a peer without candidates is left alone', () => {
  const look = watched({}, [])
  expect([look(0), look(5), look(10)]).toEqual([null, null, null])
})

test('without a handshake the candidates take turns, quickly once, then each for as long as WireGuard needs to try', () => {
  const look = watched(null, [A, B, C])
  expect([0, 0.5, 1, 2, 3, 4, 8, 9, 13].map((s) => look(s))).toEqual([A, null, B, C, A, null, B, null, C])
  expect(TRY_MS).toBe(5_000)
})

test('a live session is not moved, even when the console knows something newer', () => {
  const look = watched({ endpoint: C, handshakeAt: shook(0), rx: 1 }, [A])
  expect([look(1), look(20, { rx: 2 }), look(30, { rx: 3 }, [B, A])]).toEqual([null, null, null])
})

test('an endpoint that was learnt by roaming stays while bytes come', () => {
  const look = watched({ endpoint: C, handshakeAt: shook(0), rx: 1 }, [A, B])
  for (let s = 0; s < 170; s += 20) expect(look(s, { rx: s + 2 })).toBe(null)
})

test('a session that fell silent for longer than keepalives are is given up, its old place included in the round', () => {
  const look = watched({ endpoint: C, handshakeAt: shook(0), rx: 1 }, [A, B])
  expect([1, 30, 42, 43, 44, 45, 50].map((s) => look(s))).toEqual([null, null, A, B, C, A, B])
})

test('a session past rejection is given up at once', () => {
  const look = watched({ endpoint: A, handshakeAt: shook(-200), rx: 1 }, [A, B])
  expect([look(0), look(5)]).toEqual([null, B])
})

test('a candidate that the console withdrew is left at once: the peer has a new address', () => {
  const look = watched({ endpoint: A, handshakeAt: shook(0), rx: 1 }, [A, C])
  expect([look(1), look(2, { rx: 2 }, [B, C])]).toEqual([null, B])
})

test('so is one that had been told beside it meanwhile', () => {
  const look = watched({ endpoint: A, handshakeAt: shook(0), rx: 1 }, [A])
  expect([look(1), look(2, { rx: 2 }, [B, A]), look(3, { rx: 3 }, [B])]).toEqual([null, null, B])
})

test('it is looked for in the family that led to it first, and elsewhere within a second when it is not there', () => {
  const six = '[2001:db8::7]:1'
  const look = watched({ endpoint: A, handshakeAt: shook(0), rx: 1 }, [six, A])
  expect([look(1), look(2, { rx: 2 }, [six, B]), look(3, {}, [six, B])]).toEqual([null, B, six])
})

test('the hub is not left because its name has other addresses now, but soon when it answers nothing', () => {
  let paths: ReadonlyMap<typeof BO, Path> = new Map()
  const peer = live('bo', { endpoint: A, keepalive: 25, handshakeAt: shook(0) })
  const look = (seconds: number, counters: Partial<LivePeer>, hushed = false) => {
    const peers = [{ key: BO, candidates: seconds < 2 ? [A] : [B, C], prompt: true }]
    const device = new Map([[BO, { ...peer, ...counters }]])
    const step = stepPaths({ ownKey: OWN, peers, live: device, paths, now: at(seconds), keepaliveS: 25, hushed })
    paths = step.paths
    return step.moves.get(BO)
  }
  expect([look(1, { rx: 1, tx: 1 }), look(2, { rx: 2, tx: 2 }), look(3, { rx: 2, tx: 34 })]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(look(4, { rx: 2, tx: 134 }, true)).toEqual({ to: B, remake: true })
})

test('what a person chooses for a peer is tried at once, and left again when nobody answers there', () => {
  let paths: ReadonlyMap<typeof BO, Path> = new Map()
  let device = live('bo', { endpoint: A, keepalive: 25, handshakeAt: shook(0), rx: 1 })
  const look = (seconds: number, chosen: string | null) => {
    const peers = [{ key: BO, candidates: chosen === null ? [A] : [chosen, A], chosen }]
    const step = stepPaths({
      ownKey: OWN,
      peers,
      live: new Map([[BO, device]]),
      paths,
      now: at(seconds),
      keepaliveS: 25,
    })
    paths = step.paths
    const move = step.moves.get(BO)
    if (move) device = live('bo', { endpoint: move.to, keepalive: 25 })
    return move?.to
  }
  expect([look(1, null), look(2, C), look(2.5, C), look(4, C)]).toEqual([undefined, C, undefined, A])
})

test('a list that grows does not interrupt an attempt that is in it', () => {
  const look = watched(null, [A])
  expect([look(0), look(0.5, {}, [A, B]), look(2, {}, [A, B])]).toEqual([A, null, B])
})

test('a likelier place than those told before is tried at once', () => {
  const look = watched(null, [B])
  expect([look(0), look(0.5, {}, [A, B]), look(1.5, {}, [A, B])]).toEqual([B, A, B])
})

test('after a restart the place where the peer answered last comes first, then the candidates', () => {
  const look = watched(null, [A, B], C)
  expect([look(0), look(5), look(10)]).toEqual([C, A, B])
})

test('a device that was made anew is sent to where the peer answered', () => {
  const look = watched({ endpoint: C, handshakeAt: shook(0), rx: 1 }, [A])
  look(1)
  expect(look(2, { endpoint: null, handshakeAt: 0, rx: 0 })).toBe(C)
})

test('all peers are tried at the same time', () => {
  const names = ['bo', 'cy', 'di']
  const step = stepPaths({
    ownKey: OWN,
    peers: names.map((name) => ({ key: key(name), candidates: [A] })),
    live: new Map(),
    paths: new Map(),
    now: at(0),
    keepaliveS: 25,
  })
  expect(step.moves.size).toBe(3)
})

test('a clock that was set back does not take a working path away', () => {
  const look = watched({ endpoint: C, handshakeAt: shook(5000), rx: 1 }, [A])
  expect([look(1), look(20, { rx: 2 }), look(90)]).toEqual([null, null, A])
})

test('of very many that do not answer, only so many are sent elsewhere at once, and all get their turn', () => {
  const names = Array.from({ length: 150 }, (_, i) => `p${i}`)
  const peers = names.map((name) => ({ key: key(name), candidates: [A, B] }))
  const device = new Map(names.map((name) => [key(name), live(name, { endpoint: A, keepalive: 25 })]))
  let paths = stepPaths({ ownKey: OWN, peers, live: device, paths: new Map(), now: at(0), keepaliveS: 25 }).paths
  const moved: string[] = []
  for (const [seconds, held] of [
    [1, 86],
    [2, 86],
    [3, 86],
  ] as const) {
    const step = stepPaths({ ownKey: OWN, peers, live: device, paths, now: at(seconds), keepaliveS: 25 })
    expect([step.moves.size <= SENDS_PER_LOOK, step.held]).toEqual([true, held])
    moved.push(...step.moves.keys())
    for (const [name, { to }] of step.moves) device.set(name, { ...live('x'), key: name, endpoint: to, keepalive: 25 })
    paths = step.paths
  }
  expect(new Set(moved).size).toBe(150)
})

test('without keepalives an idle peer stays where it is, and is looked for as soon as somebody sends to it', () => {
  const look = watched({ endpoint: A, handshakeAt: shook(-200), rx: 1, tx: 1 }, [A, B], undefined, 0)
  look(0)
  expect([look(30), look(60), look(90)]).toEqual([null, null, null])
  expect([look(120, { tx: 2 }), look(121, { tx: 3 })]).toEqual([B, A])
})

test('with rare keepalives silence says nothing as long as the session lasts', () => {
  const look = watched({ endpoint: A, handshakeAt: shook(0), rx: 1, tx: 1 }, [B], undefined, 600)
  expect([look(1), look(100, { tx: 9 }), look(170, { tx: 20 })]).toEqual([null, null, null])
})

test('what was tried since a peer last answered is remembered, each place once, and forgotten when it answers', () => {
  let paths: ReadonlyMap<typeof BO, Path> = new Map()
  let peer = live('bo', { keepalive: 25 })
  const step = (seconds: number, change: Partial<LivePeer> = {}) => {
    peer = { ...peer, ...change }
    const peers = [{ key: BO, candidates: [A, B] }]
    const next = stepPaths({ ownKey: OWN, peers, live: new Map([[BO, peer]]), paths, now: at(seconds), keepaliveS: 25 })
    paths = next.paths
    peer = { ...peer, endpoint: next.moves.get(BO)?.to ?? peer.endpoint }
    return { tried: paths.get(BO)?.tried, state: paths.get(BO)?.state }
  }
  expect(step(0)).toEqual({ tried: [A], state: 'tries' })
  expect(step(5)).toEqual({ tried: [A, B], state: 'tries' })
  expect(step(10)).toEqual({ tried: [A, B], state: 'tries' })
  expect(step(11, { handshakeAt: shook(11), rx: 92 })).toEqual({ tried: [], state: 'works' })
})
