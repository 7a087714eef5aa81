'use client'

import { Download, KeyRound, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { exact } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { CopyButton } from '~/ui/copy.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { download } from './download.ts'
import { type Handout, installLine, joinLine } from './handout.ts'
import { JoinProgress } from './join-progress.tsx'
import { Qr } from './qr.tsx'
import { originProblem } from './reachable.ts'

export type Invited = {
  readonly peerId: number
  readonly name: string
  readonly expiresAt: string | null
  readonly handout: Handout
}

/** The invitation, shown once. The private key in it is dropped with this dialog. */
export function HandoutDialog({ invited, onClose }: { invited: Invited; onClose: () => void }) {
  const { handout, name, expiresAt } = invited
  return (
    <Dialog
      open
      wide
      sticky
      onClose={onClose}
      title={handout.kind === 'agent' ? `Invitation for ${name}` : `Configuration for ${name}`}
      description={
        expiresAt === null
          ? 'For one device. It works until the peer is disabled or deleted.'
          : `Works once, until ${exact(expiresAt)}.`
      }
    >
      <div className="grid gap-4">
        <div className="grid gap-4 nav:grid-cols-[minmax(0,1fr)_13rem]">
          {handout.kind === 'agent' ? <AgentWays handout={handout} /> : <DeviceWays handout={handout} />}
          <QrWay handout={handout} name={name} />
        </div>
        <p className="flex gap-2 rounded-lg bg-panel px-3 py-2">
          <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
          <span>
            Its private key was made in this browser and is nowhere else. Closing this dialog drops it: afterwards the
            invitation cannot be shown again, only replaced by a new one.
          </span>
        </p>
        <JoinProgress peerId={invited.peerId} />
      </div>
      <Actions>
        <Button tone="solid" onClick={onClose}>
          Done
        </Button>
      </Actions>
    </Dialog>
  )
}

function AgentWays({ handout }: { handout: Handout & { kind: 'agent' } }) {
  const line = installLine(handout.token, window.location.origin)
  return (
    <div className="grid content-start gap-4">
      <Way
        title="On a new Linux machine"
        text={line}
        label="Install line"
        note="Installs the agent, and WireGuard and Node where they are missing; joins; and has systemd keep the machine current. Run without a token it upgrades."
        warning={<OriginWarning />}
      />
      <Way
        title="Where the agent is installed"
        text={joinLine(handout.fileName)}
        label="Join line"
        note="With the file, copied to the machine; afterwards: sudo warren service install"
        extra={<FileButton handout={handout} />}
      />
      <Way
        title="Token"
        text={handout.token}
        label="Token"
        note={
          <>
            The same content as one word: run <code className="mono">sudo warren join -</code> and paste it.
          </>
        }
      />
    </div>
  )
}

/** Why the install line would not work on another machine, or not safely, and what to do instead. */
function OriginWarning() {
  const { origin } = window.location
  const problem = originProblem(origin)
  if (problem === null) return null
  return (
    <p className="mt-1 flex gap-1.5 text-sm text-relayed-ink">
      <TriangleAlert aria-label="Careful:" className="mt-px size-3.5 shrink-0" />
      {problem === 'loopback' ? (
        <span>
          {origin} is this machine only, so the line works here and nowhere else. Give the console a URL that other
          machines can open (NEXTAUTH_URL) and open it there; or install the agent by hand and use the file.
        </span>
      ) : (
        <span>
          {origin} is not encrypted: whoever is on the way could change the script, which runs as root. Put a TLS proxy
          in front of the console (NEXTAUTH_URL=https://…), or install the agent by hand and use the file.
        </span>
      )}
    </p>
  )
}

function DeviceWays({ handout }: { handout: Handout & { kind: 'device' } }) {
  return (
    <div className="grid content-start gap-4">
      <p>
        In the WireGuard app, choose to add a tunnel from a QR code and scan this one. Or save the file and import it
        there; on a router, use it with <code className="mono">wg-quick</code>.
      </p>
      <Way
        title="WireGuard configuration"
        text={handout.file}
        label="Configuration"
        rows={handout.file.split('\n').length}
        note="The hub is its only peer and passes its packets on."
        extra={<FileButton handout={handout} />}
      />
    </div>
  )
}

/** Characters that fit a row of the box, and the rows after which it scrolls. */
const PER_ROW = 48
const MOST_ROWS = 5

const rowsOf = (text: string): number => Math.min(MOST_ROWS, Math.ceil(text.length / PER_ROW))

type WayProps = {
  title: string
  text: string
  label: string
  note: ReactNode
  warning?: ReactNode
  extra?: ReactNode
  rows?: number
}

function Way({ title, text, label, note, warning, extra, rows = rowsOf(text) }: WayProps) {
  return (
    <section aria-label={label}>
      <div className="mb-1 flex items-center gap-1.5">
        <h3 className="flex-1 font-medium">{title}</h3>
        {extra}
        <CopyButton text={text} />
      </div>
      <textarea
        readOnly
        aria-label={label}
        value={text}
        rows={rows}
        spellCheck={false}
        className="mono w-full resize-none rounded-md border bg-panel px-2.5 py-1.5 break-all"
      />
      <p className="mt-1 text-sm text-muted">{note}</p>
      {warning}
    </section>
  )
}

function FileButton({ handout }: { handout: Handout }) {
  return (
    <Button size="small" onClick={() => download(handout.fileName, handout.file)}>
      <Download aria-hidden /> Save {handout.fileName}
    </Button>
  )
}

function QrWay({ handout, name }: { handout: Handout; name: string }) {
  const text = handout.kind === 'agent' ? handout.token : handout.file
  return (
    <figure className="mx-auto w-full max-w-64">
      <Qr text={text} label={`QR code of the ${handout.kind === 'agent' ? 'token' : 'configuration'} for ${name}`} />
      <figcaption className="mt-1 text-sm text-muted">
        {handout.kind === 'agent' ? 'The token as a QR code' : 'For the WireGuard app'}
      </figcaption>
    </figure>
  )
}
