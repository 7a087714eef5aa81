import { access, rm } from 'node:fs/promises'
import { Failure } from '../failure.ts'
import type { Run } from '../system/run.ts'
import { placeManual, removeManual } from './manual.ts'
import type { ServicePlaces } from './places.ts'
import { placeProgram, placeText, type Running } from './program-files.ts'
import { enabledNetworks, systemctl, type UnitState, unitState } from './systemd.ts'
import { unitOf } from './units.ts'

export type ServiceParts = {
  readonly run: Run
  readonly places: ServicePlaces
  /** The unit files, by name. */
  readonly units: Readonly<Record<string, string>>
  readonly running: Running
  /** The man page and completions, by their places below `share`. */
  readonly manual: Readonly<Record<string, string>>
}

export type Installed = { readonly changed: boolean; readonly states: readonly UnitState[] }

/** @throws Failure (machine) where systemd is not what runs the machine */
export async function demandSystemd({ booted }: ServicePlaces): Promise<void> {
  const there = await access(booted).then(
    () => true,
    () => false,
  )
  if (there) return
  throw new Failure('machine', 'systemd does not run this machine; have warren up --daemon run by what does.')
}

/**
 * Has systemd keep these networks current, now and after each boot. What is so already stays; a program or unit that is
 * another one now is put in force by a restart of the agents, which their tunnels outlive.
 * @param options.restart restart them in any case: somebody has replaced the program before
 * @throws Failure
 */
export async function install(
  parts: ServiceParts,
  networks: readonly string[],
  options: { restart: boolean },
): Promise<Installed> {
  const { run, places, units, running, manual } = parts
  const newProgram = await placeProgram(places, running)
  const newManual = await placeManual(places, manual)
  let newUnits = false
  for (const [name, text] of Object.entries(units)) {
    if (await placeText(text, `${places.units}/${name}`)) newUnits = true
  }
  if (newUnits) await systemctl(run, ['daemon-reload'])
  const before = await Promise.all(networks.map((network) => unitState(run, network)))
  const changed =
    newProgram || newManual || newUnits || before.some(({ enabled, active }) => !enabled || active !== 'active')
  for (const { unit, enabled, active } of before) {
    if (!enabled) await systemctl(run, ['enable', unit])
    const hint = ` journalctl -u ${unit} shows more.`
    if (active !== 'active') await systemctl(run, ['start', unit], hint)
    else if (newProgram || newUnits || options.restart) await systemctl(run, ['restart', unit], hint)
  }
  return { changed, states: await Promise.all(networks.map((network) => unitState(run, network))) }
}

/**
 * Ends the agents of these networks for good; tunnels, keys and the program stay. With the last one the unit files, the
 * man page and the completions go. @throws Failure
 */
export async function uninstall(parts: ServiceParts, networks: readonly string[]): Promise<boolean> {
  const { run, places, units, manual } = parts
  const enabled = await enabledNetworks(places)
  const ending = networks.filter((network) => enabled.includes(network))
  if (ending.length > 0) await systemctl(run, ['disable', '--now', ...ending.map(unitOf)])
  if ((await enabledNetworks(places)).length > 0) return ending.length > 0
  const hadManual = await removeManual(places, manual)
  const files = Object.keys(units).map((name) => `${places.units}/${name}`)
  const there = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  )
  if (!there.some(Boolean)) return ending.length > 0 || hadManual
  for (const file of files) await rm(file, { force: true })
  await systemctl(run, ['daemon-reload'])
  return true
}
