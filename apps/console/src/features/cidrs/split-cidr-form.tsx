'use client'

import { bitsOf, type CidrNode, explainName, formatPrefix, nameProblem, splitPieces, type Tree } from '@warren/cidr'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, Select, TextInput } from '~/ui/field.tsx'
import { counted } from '~/ui/format.ts'
import { type DraftSink, useDrafted } from './drafts.ts'
import { type SecondNote, secondNotes } from './second-split.ts'
import { useCidrChanges } from './use-cidr-changes.ts'
import { whyNotSplit } from './why-not.ts'

/** As many pieces as a panel has room to name. */
const OFFERED = [2, 4, 8, 16] as const

/** Splits a CIDR into equal children that fill it; its peers come to sit in the one that holds their address. */
export function SplitCidrForm({ node, onDraft, onDone }: { node: CidrNode; onDraft: DraftSink; onDone: () => void }) {
  const { plan } = useNetwork()
  const { split, networkId } = useCidrChanges()
  const [names, setNames] = useState<readonly string[]>(() => namesFor(plan.tree, node, OFFERED[0]))
  const peers = plan.membersIn(node.id).map((peer) => ({ name: peer.name, address: peer.at }))
  const pieces = splitPieces(node.prefix, names.length, peers)
  const problem = whyNotSplit(plan, node, names.length)
  const pieces6 = problem ? null : secondNotes(plan, node, names.length)
  const faults = names.map((name, at) => nameFault(plan.tree, names, name, at))
  const fault = problem ?? faults.find((one) => one !== undefined) ?? null
  useDrafted(problem ? null : { kind: 'split', cidr: node.id, names }, onDraft)
  const offered = OFFERED.filter((n) => node.prefix.width + Math.log2(n) <= bitsOf(node.prefix.family))
  return (
    <div className="grid gap-3">
      <Field label="Pieces" error={problem ?? undefined}>
        {(control) => (
          <Select
            {...control}
            autoFocus
            value={names.length}
            onChange={(event) => setNames(namesFor(plan.tree, node, Number(event.target.value), names))}
          >
            {offered.map((n) => (
              <option key={n} value={n}>
                {n} of /{node.prefix.width + Math.log2(n)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {!problem && (
        <ul aria-label="Pieces" className="grid max-h-72 gap-2 overflow-y-auto">
          {pieces.map((piece, at) => (
            <li key={formatPrefix(piece.prefix)}>
              <Field
                label={`Name of ${formatPrefix(piece.prefix)}`}
                error={faults[at]}
                hint={noteOf(piece.peers.length, pieces6?.[at])}
              >
                {(control) => (
                  <TextInput
                    {...control}
                    value={names[at] ?? ''}
                    onChange={(event) => setNames(names.with(at, event.target.value))}
                  />
                )}
              </Field>
            </li>
          ))}
        </ul>
      )}
      {!problem && <EffectNote intent={{ kind: 'split-cidr', cidr: node.id, pieces: names.length }} />}
      <FormError>{split.error && sentenceOf(split.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          tone="solid"
          busy={split.isPending}
          whyNot={fault}
          onClick={() => split.mutate({ networkId, cidrId: node.id, names: [...names] }, { onSuccess: onDone })}
        >
          Split
        </Button>
      </Actions>
    </div>
  )
}

function noteOf(peers: number, second: SecondNote | undefined): string | undefined {
  const sits = peers > 0 ? [`${counted(peers, 'peer')} ${peers === 1 ? 'comes' : 'come'} to sit in it.`] : []
  const moved = second?.renumbered ? [`Other IPv6 addresses: ${counted(second.renumbered, 'peer')}.`] : []
  return [...sits, ...(second ? [`IPv6: ${second.prefix}.`] : []), ...moved].join(' ') || undefined
}

/** Names for so many pieces: those that were there, then the CIDR's own with a number that is free. */
function namesFor(tree: Tree, node: CidrNode, pieces: number, old: readonly string[] = []): string[] {
  const names = old.slice(0, pieces)
  for (let n = 1; names.length < pieces; n += 1) {
    const name = `${node.name}-${n}`
    if (!tree.byName(name) && !names.includes(name)) names.push(name)
  }
  return names
}

function nameFault(tree: Tree, names: readonly string[], name: string, at: number): string | undefined {
  const problem = nameProblem(name)
  if (problem) return explainName(problem)
  if (tree.byName(name)) return `There already is a CIDR named ${name}; choose another name.`
  return names.indexOf(name) === at ? undefined : `Two parts cannot both be named ${name}; choose another name.`
}
