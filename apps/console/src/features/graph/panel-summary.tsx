'use client'

import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { Fact, Facts, Section } from '~/ui/facts.tsx'
import { count, counted, percent } from '~/ui/format.ts'
import { type GraphState, livePaths } from './graph-state.ts'
import type { Links } from './links.ts'
import { PathSwatch } from './path-swatch.tsx'
import { pathWords } from './path-words.ts'
import { type Path, paths } from './strands.ts'
import type { Scene } from './use-scene.ts'

type Props = { scene: Scene; state: GraphState; links: Links }

/** All tunnels at a glance, while nobody is followed. */
export function PanelSummary({ scene, state, links }: Props) {
  const { web } = scene
  const live = state.mode === 'live'
  const told = !live || links.pairs !== null
  return (
    <>
      <header className="px-4.5 pt-3.5 pb-3">
        <h2 className="text-lg leading-6">{live ? 'Tunnels' : 'Allowed pairs'}</h2>
        <p className="text-muted">
          Point at a peer to follow it, click to stay with it, and click another one with Shift to see why the two reach
          each other. With the keyboard: arrows, Page keys, letters of a name, Enter.
        </p>
      </header>
      <Section title={state.filtered ? 'By path, of what the filter shows' : 'By path'}>
        <Facts>
          {(live ? livePaths : (['allowed'] as const)).map((path) => (
            <Fact key={path} name={pathWords[path]}>
              {told ? count(web.tally[path]) : '…'}
              {live && (
                <span className="inline-block w-14 text-muted">{told && share(web.tally[path], web.total)}</span>
              )}
            </Fact>
          ))}
        </Facts>
      </Section>
      {web.strands.length < web.total && (
        <Section title="What is drawn">
          <p>
            {count(web.strands.length)} of {counted(web.total, live ? 'tunnel' : 'pair')}: a sample in which every two
            CIDRs have their share, and each path between them at least one line. Of a peer that is followed, all are
            drawn.
          </p>
        </Section>
      )}
      {live && <Worst path="relayed" title="Most relayed between" links={links} />}
      {live && <Worst path="none" title="Most without handshake between" links={links} />}
    </>
  )
}

const share = (part: number, whole: number): string => (whole === 0 ? '–' : percent(part / whole))

const MOST = 5

/** The pairs of CIDRs that have the most tunnels of one path, with how many of all of theirs that is. */
function Worst({ path, title, links }: { path: Path; title: string; links: Links }) {
  const { plan } = useNetwork()
  const rows = useMemo(() => worstOf(plan, links, path), [plan, links, path])
  if (rows.length === 0) return null
  return (
    <Section title={title}>
      <ul aria-label={title} className="grid gap-1">
        {rows.map((row) => (
          <li key={row.name} className="flex items-center gap-2">
            <PathSwatch path={path} />
            <span className="min-w-0 flex-1 truncate">{row.name}</span>
            <span className="text-muted">
              {count(row.some)} of {count(row.all)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

type Row = { name: string; some: number; all: number }

function worstOf(plan: Plan, { pairs }: Links, path: Path): Row[] {
  const rows = new Map<number, Row & { x: number; y: number }>()
  for (const [a, b, code] of pairs ?? []) {
    const [one, other] = [plan.member(a)?.cidrId, plan.member(b)?.cidrId]
    if (one === undefined || other === undefined) continue
    const [x, y] = [Math.min(one, other), Math.max(one, other)]
    const row = rows.get(x * KEY + y) ?? { name: '', some: 0, all: 0, x, y }
    row.all += 1
    if (paths[code] === path) row.some += 1
    rows.set(x * KEY + y, row)
  }
  const name = (id: number) => plan.tree.get(id)?.name ?? ''
  return [...rows.values()]
    .filter((row) => row.some > 0)
    .sort((p, q) => q.some - p.some)
    .slice(0, MOST)
    .map(({ x, y, some, all }) => ({ name: x === y ? `within ${name(x)}` : `${name(x)} – ${name(y)}`, some, all }))
}

/** Two ids in one number, which is exact below 2^53. */
const KEY = 2 ** 26
