'use client'

import { count, percent } from '~/ui/format.ts'
import { type GraphState, livePaths } from './graph-state.ts'
import { PathSwatch } from './path-swatch.tsx'
import { pathWords } from './path-words.ts'
import type { Path, Web } from './strands.ts'

/** What the lines mean, how many there are of each, and how many of them are drawn. */
export function GraphLegend({ web, state }: { web: Web; state: GraphState }) {
  const shown: readonly Path[] = state.mode === 'allowed' ? ['allowed'] : livePaths
  return (
    <div className="pointer-events-none absolute bottom-2 left-2 grid w-44 gap-0.5 rounded-md bg-ground px-2 py-1 text-sm text-muted">
      <ul aria-label="Legend" className="grid gap-0.5">
        {shown.map((path) => (
          <li key={path} className="flex items-center gap-2 whitespace-nowrap">
            <PathSwatch path={path} />
            <span className="flex-1">{path === 'allowed' ? 'may reach each other' : pathWords[path]}</span>
            <span className="text-ink">{count(web.tally[path])}</span>
          </li>
        ))}
      </ul>
      <Drawn web={web} state={state} />
    </div>
  )
}

/** A sample says that it is one. */
function Drawn({ web, state }: { web: Web; state: GraphState }) {
  if (web.total === 0) return <p>{nothing(state)}</p>
  if (web.strands.length >= web.total) return null
  return <p>A sample: {percent(web.strands.length / web.total)} drawn</p>
}

function nothing({ mode, filtered }: GraphState): string {
  if (filtered) return mode === 'live' ? 'No tunnel matches the filter.' : 'No pair matches the filter.'
  return mode === 'allowed' ? 'No two peers may reach each other.' : 'No agent has told of a tunnel yet.'
}
