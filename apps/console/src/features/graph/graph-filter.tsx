'use client'

import { Popover } from 'radix-ui'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { stateWords } from '~/features/network/presence.ts'
import { Button } from '~/ui/button.tsx'
import { Check, Field, Select } from '~/ui/field.tsx'
import { type GraphState, livePaths } from './graph-state.ts'
import { pathWords } from './path-words.ts'
import type { Path } from './strands.ts'

/** Chooses whose tunnels are drawn, and which. What is chosen shows on the button. */
export function GraphFilter({ state }: { state: GraphState }) {
  const told = toldFilter(state)
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button aria-label={told ? `Filter: ${told}` : 'Filter'}>
          Filter
          {told && <span className="max-w-40 truncate font-normal text-accent max-nav:hidden">{told}</span>}
          {told && <span aria-hidden className="size-1.5 rounded-full bg-accent nav:hidden" />}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Filter"
          className="z-30 grid w-72 gap-3 rounded-lg border bg-card p-4 shadow-float outline-none"
        >
          <Fields state={state} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function toldFilter({ filter, mode, filtered }: GraphState): string {
  if (!filtered) return ''
  const some = mode === 'live' && filter.paths.size < livePaths.length
  return [filter.within?.name, filter.state, some && [...filter.paths].map((path) => pathWords[path]).join(', ')]
    .filter(Boolean)
    .join(' · ')
}

function Fields({ state }: { state: GraphState }) {
  const { plan } = useNetwork()
  const { filter, setFilter } = state
  const { root } = plan.tree
  return (
    <>
      <Field label="Tunnels of peers in">
        {(control) => (
          <Select
            {...control}
            value={filter.within?.id ?? root.id}
            onChange={(event) => {
              const chosen = plan.tree.get(Number(event.target.value))
              setFilter({ within: chosen && chosen.id !== root.id ? chosen.name : '' })
            }}
          >
            <CidrOptions tree={plan.tree} />
          </Select>
        )}
      </Field>
      <Field label="Whose state is">
        {(control) => (
          <Select
            {...control}
            value={filter.state ?? ''}
            onChange={(event) => setFilter({ state: event.target.value })}
          >
            <option value="">any</option>
            {stateWords.map((word) => (
              <option key={word}>{word}</option>
            ))}
          </Select>
        )}
      </Field>
      {state.mode === 'live' && <PathChecks paths={filter.paths} onChange={(paths) => setFilter({ paths })} />}
      <div className="flex justify-end">
        <Button
          whyNot={state.filtered ? null : 'Nothing is filtered'}
          onClick={() => setFilter({ within: '', state: '', paths: new Set(livePaths) })}
        >
          Show all
        </Button>
      </div>
    </>
  )
}

function PathChecks({ paths, onChange }: { paths: ReadonlySet<Path>; onChange: (paths: ReadonlySet<Path>) => void }) {
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">Whose path is</legend>
      {livePaths.map((path) => (
        <Check
          key={path}
          label={pathWords[path]}
          checked={paths.has(path)}
          onChange={(event) =>
            onChange(new Set(livePaths.filter((one) => (one === path ? event.target.checked : paths.has(one)))))
          }
        />
      ))}
    </fieldset>
  )
}
