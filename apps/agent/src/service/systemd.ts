import { readdir } from 'node:fs/promises'
import { Failure } from '../failure.ts'
import { CommandFailure } from '../system/command-failure.ts'
import type { Run } from '../system/run.ts'
import type { ServicePlaces } from './places.ts'
import { unitOf } from './units.ts'

/** A network's unit, as systemd has it. */
export type UnitState = {
  readonly network: string
  readonly unit: string
  /** Starts at boot. */
  readonly enabled: boolean
  /** `active`, `activating`, `inactive`, `failed`, … : systemctl(1). */
  readonly active: string
  readonly pid: number | null
  /** How often systemd started it again by itself. */
  readonly restarts: number
  /** What the agent says that it is at. */
  readonly status: string | null
}

/** The networks whose unit starts at boot, by name. Looked up in the links themselves: those are there without systemd. */
export async function enabledNetworks({ units }: ServicePlaces): Promise<string[]> {
  const links = await readdir(`${units}/multi-user.target.wants`).catch(() => [])
  return links.flatMap((link) => /^warren@(.+)\.service$/.exec(link)?.[1] ?? []).sort()
}

/** @throws Failure (machine) when systemd refused, with what it said */
export async function systemctl(run: Run, args: readonly string[], hint = ''): Promise<string> {
  try {
    return await run('systemctl', args)
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    const said = error.missing ? 'it is not installed' : error.stderr.trim().split('\n')[0] || 'no reason'
    throw new Failure('machine', `systemctl ${args.join(' ')} failed: ${said.replace(/\.$/, '')}.${hint}`)
  }
}

/** What systemd tells of a network's unit. @throws Failure (machine) */
export async function unitState(run: Run, network: string): Promise<UnitState> {
  const unit = unitOf(network)
  const names = 'ActiveState,UnitFileState,MainPID,NRestarts,StatusText'
  const text = await systemctl(run, ['show', unit, `--property=${names}`])
  const facts = new Map(text.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]))
  return {
    network,
    unit,
    enabled: facts.get('UnitFileState') === 'enabled',
    active: facts.get('ActiveState') || 'inactive',
    pid: Number(facts.get('MainPID')) || null,
    restarts: Number(facts.get('NRestarts') ?? 0),
    status: facts.get('StatusText') || null,
  }
}
