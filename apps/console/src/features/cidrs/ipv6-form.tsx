'use client'

import { type CidrNode, explainShare, formatPrefix, parsePrefix, shareOut } from '@warren/cidr'
import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { prefix6Of } from '~/features/network/families.ts'
import type { Plan } from '~/features/network/plan.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { counted } from '~/ui/format.ts'
import { freshUla, secondChangeFault } from './second.ts'
import { suggestPartOf } from './second-part.ts'
import { useCidrChanges } from './use-cidr-changes.ts'

type Ipv6Props = { node: CidrNode; onDone: () => void }

/** Gives a CIDR and everything in it IPv6 beside IPv4, or changes that, or takes it away. */
export function Ipv6Form({ node, onDone }: Ipv6Props) {
  const { plan } = useNetwork()
  const present = prefix6Of(plan, node.id)
  // The form stays what it was while its change arrives.
  const [begun] = useState(present)
  return begun === null ? (
    <AddForm node={node} onDone={onDone} />
  ) : (
    <ChangeForm node={node} now={begun} onDone={onDone} />
  )
}

function AddForm({ node, onDone }: Ipv6Props) {
  const { plan } = useNetwork()
  const { addIpv6, networkId } = useCidrChanges()
  const [prefix6, setPrefix6] = useState(() =>
    node.parentId === null ? freshUla() : suggestPartOf(plan, node.parentId),
  )
  const [first] = useState(prefix6)
  const fault = addFault(plan, node, prefix6)
  const below = plan.tree.descendants(node.id).length
  const peers = plan.membersWithin(node.id).length
  const within = [...(below > 0 ? [counted(below, 'CIDR')] : []), ...(peers > 0 ? [counted(peers, 'peer')] : [])]
  return (
    <form
      noValidate
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        addIpv6.mutateAsync({ networkId, cidrId: node.id, prefix6 }).then(onDone, () => {})
      }}
    >
      <Field
        label={`IPv6 prefix of ${node.name}`}
        error={fault ?? undefined}
        hint={prefix6 === first ? firstHint(node) : undefined}
      >
        {(control) => (
          <TextInput {...control} autoFocus mono value={prefix6} onChange={(event) => setPrefix6(event.target.value)} />
        )}
      </Field>
      <p>
        {within.length > 0
          ? `${within.join(' and ')} in it get IPv6 too: a part of this for each CIDR, an address for each peer.`
          : 'Peers that are added later get an IPv6 address too.'}{' '}
        IPv4 stays as it is, and so does who reaches whom.
      </p>
      <FormError>{addIpv6.error && sentenceOf(addIpv6.error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          type="submit"
          tone="solid"
          busy={addIpv6.isPending}
          whyNot={fault ?? (prefix6 ? null : 'Write a prefix')}
        >
          Add IPv6
        </Button>
      </Actions>
    </form>
  )
}

const firstHint = (node: CidrNode): string =>
  node.parentId === null
    ? 'Made at random from the addresses for private use, so that nobody else is likely to have it.'
    : 'The next free part of what it is in.'

/** What is wrong with a prefix for a CIDR that has none; null when it is fine. */
function addFault(plan: Plan, node: CidrNode, text: string): string | null {
  const parsed = parsePrefix(text.trim())
  if (!parsed.ok) return text.trim() === '' ? null : 'That is no prefix, such as fd12:3456:789a::/48.'
  const fault = secondChangeFault(plan, node, text)
  if (fault) return fault
  const parts = shareOut(plan.tree, { id: node.id, prefix: parsed.value }, (id) => plan.membersIn(id).length)
  return parts.ok ? null : explainShare(parts.problem)
}

function ChangeForm({ node, now, onDone }: Ipv6Props & { now: string }) {
  const { plan } = useNetwork()
  const { edit, removeIpv6, networkId } = useCidrChanges()
  const [prefix6, setPrefix6] = useState(now)
  const fault = secondChangeFault(plan, node, prefix6)
  const having = plan.membersWithin(node.id).filter((peer) => peer.address6 !== null).length
  const parsed = parsePrefix(prefix6.trim())
  const idle = !parsed.ok ? 'Write a prefix' : formatPrefix(parsed.value) === now ? 'It is so already' : null
  const error = edit.error ?? removeIpv6.error
  const save = () => edit.mutateAsync({ networkId, cidrId: node.id, prefix6 }).then(onDone, () => {})
  const remove = () => removeIpv6.mutateAsync({ networkId, cidrId: node.id }).then(onDone, () => {})
  return (
    <form
      noValidate
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Field
        label={`IPv6 prefix of ${node.name}`}
        error={fault ?? undefined}
        hint="It may grow or shrink as long as everything in it fits."
      >
        {(control) => (
          <TextInput {...control} autoFocus mono value={prefix6} onChange={(event) => setPrefix6(event.target.value)} />
        )}
      </Field>
      <FormError>{error && sentenceOf(error)}</FormError>
      <Actions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="solid" busy={edit.isPending} whyNot={fault ?? idle}>
          Save
        </Button>
      </Actions>
      <div className="flex flex-wrap items-center gap-2 border-t pt-3">
        <p className="min-w-48 flex-1 text-sm">
          Without IPv6, {node.name} and all in it have IPv4 only
          {having > 0 ? `: ${counted(having, 'peer')} lose${having === 1 ? 's its' : ' their'} IPv6 address.` : '.'}
        </p>
        <Button tone="danger" busy={removeIpv6.isPending} onClick={() => void remove()}>
          Remove IPv6
        </Button>
      </div>
    </form>
  )
}
