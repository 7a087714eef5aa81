import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { outlineOf } from '../src/commands/outline.ts'
import { program } from '../src/commands/program.ts'
import { readEnv } from '../src/env.ts'
import { demandSystemd, install, type ServiceParts, uninstall } from '../src/service/install.ts'
import { manualOf } from '../src/service/manual.ts'
import { placeProgram } from '../src/service/program-files.ts'
import { enabledNetworks, unitState } from '../src/service/systemd.ts'
import { CommandFailure } from '../src/system/command-failure.ts'
import { temporaryDirectory } from './temporary.ts'

/** A machine with a systemd that keeps its links where the real one does, and writes down what it is asked. */
async function machine({ broken = '' } = {}) {
  const dir = await temporaryDirectory()
  const places = {
    ...{ lib: `${dir}/lib/warren`, bin: `${dir}/bin`, share: `${dir}/share` },
    ...{ units: `${dir}/units`, booted: `${dir}/booted` },
  }
  const wants = `${places.units}/multi-user.target.wants`
  await Promise.all([mkdir(wants, { recursive: true }), mkdir(places.booted), mkdir(`${dir}/download`)])
  await writeFile(`${dir}/download/warren.cjs`, 'the agent, version 1')
  const tape: string[] = []
  const active = new Set<string>()
  const run: ServiceParts['run'] = async (file, args) => {
    const [verb = '', ...rest] = args
    const units = rest.filter((word) => !word.startsWith('-'))
    if (verb !== 'show') tape.push([verb, ...rest].join(' '))
    if (verb === broken)
      throw new CommandFailure([file, ...args], { exitCode: 1, missing: false, stderr: 'Job failed.\nmore' })
    for (const unit of units) {
      if (verb === 'enable') await symlink('x', `${wants}/${unit}`)
      if (verb === 'disable') await rm(`${wants}/${unit}`, { force: true })
      if (verb === 'start' || verb === 'restart') active.add(unit)
      if (verb === 'disable') active.delete(unit)
    }
    if (verb !== 'show') return ''
    const unit = units[0] ?? ''
    const isEnabled = (await readdir(wants)).includes(unit)
    return [
      `UnitFileState=${isEnabled ? 'enabled' : ''}`,
      `ActiveState=${active.has(unit) ? 'active' : 'inactive'}`,
      `MainPID=${active.has(unit) ? 42 : 0}`,
      'NRestarts=3',
      'StatusText=unreachable: no answer=yet',
    ].join('\n')
  }
  const units = { 'warren@.service': '[Service]\n', 'warren-names@.path': '[Path]\n' }
  const running = { node: '/usr/bin/node', bundle: `${dir}/download/warren.cjs` }
  const manual = { 'man/man1/warren.1': '.TH WARREN 1\n', 'bash-completion/completions/warren': '_warren\n' }
  const parts: ServiceParts = { run, places, units, running, manual }
  return { parts, places, tape, dir }
}

test('an install puts program and units in place, enables and starts; the second one changes nothing', async () => {
  const { parts, places, tape } = await machine()
  const first = await install(parts, ['acme'], { restart: false })
  expect(tape).toEqual(['daemon-reload', 'enable warren@acme.service', 'start warren@acme.service'])
  expect(first).toMatchObject({
    changed: true,
    states: [{ network: 'acme', enabled: true, active: 'active', pid: 42, restarts: 3 }],
  })
  expect(await readFile(`${places.lib}/warren.cjs`, 'utf8')).toBe('the agent, version 1')
  expect(await readFile(`${places.bin}/warren`, 'utf8')).toBe(
    `#!/bin/sh\nexec "/usr/bin/node" ${places.lib}/warren.cjs "$@"\n`,
  )
  expect((await stat(`${places.bin}/warren`)).mode & 0o777).toBe(0o755)
  expect((await readdir(places.units)).sort()).toEqual([
    'multi-user.target.wants',
    'warren-names@.path',
    'warren@.service',
  ])
  tape.length = 0
  expect(await install(parts, ['acme'], { restart: false })).toMatchObject({ changed: false })
  expect(tape).toEqual([])
  expect(await readdir(places.lib)).toEqual(['warren.cjs'])
})

test('a new program, a new unit, and a wish are each put in force by a restart', async () => {
  const { parts, tape } = await machine()
  await install(parts, ['acme', 'beta'], { restart: false })
  tape.length = 0
  await writeFile(parts.running.bundle, 'the agent, version 2')
  await install(parts, ['acme', 'beta'], { restart: false })
  expect(tape).toEqual(['restart warren@acme.service', 'restart warren@beta.service'])
  tape.length = 0
  await install({ ...parts, units: { ...parts.units, 'warren@.service': '[Unit]\n' } }, ['acme'], { restart: false })
  expect(tape).toEqual(['daemon-reload', 'restart warren@acme.service'])
  tape.length = 0
  await install({ ...parts, units: { ...parts.units, 'warren@.service': '[Unit]\n' } }, ['acme'], { restart: true })
  expect(tape).toEqual(['restart warren@acme.service'])
})

test('an uninstall of the last network takes the units away, and the program stays', async () => {
  const { parts, places, tape } = await machine()
  await install(parts, ['acme', 'beta'], { restart: false })
  tape.length = 0
  expect(await uninstall(parts, ['acme'])).toBe(true)
  expect(tape).toEqual(['disable --now warren@acme.service'])
  expect(await enabledNetworks(places)).toEqual(['beta'])
  expect(await readdir(places.units)).toContain('warren@.service')
  expect(await uninstall(parts, ['beta'])).toBe(true)
  expect(await readdir(places.units)).toEqual(['multi-user.target.wants'])
  expect(await readdir(places.lib)).toEqual(['warren.cjs'])
  tape.length = 0
  expect(await uninstall(parts, ['beta'])).toBe(false)
  expect(tape).toEqual([])
})

test('a Node that services cannot see is copied beside the agent', async () => {
  const { parts, places, dir } = await machine()
  // The temporary folder is such a place: units have one of their own.
  await writeFile(`${dir}/node`, 'node')
  expect(await placeProgram(places, { ...parts.running, node: `${dir}/node` })).toBe(true)
  expect(await readFile(`${places.lib}/node`, 'utf8')).toBe('node')
  expect(await readFile(`${places.bin}/warren`, 'utf8')).toContain(`exec "${places.lib}/node"`)
  expect(await placeProgram(places, { ...parts.running, node: `${places.lib}/node` })).toBe(false)
})

test('the program that runs from its place stays as it is', async () => {
  const { parts, places } = await machine()
  await placeProgram(places, parts.running)
  expect(await placeProgram(places, { ...parts.running, bundle: `${places.lib}/warren.cjs` })).toBe(false)
})

test('what systemd says is in the sentence when it refuses', async () => {
  const { parts } = await machine({ broken: 'start' })
  await expect(install(parts, ['acme'], { restart: false })).rejects.toThrow(
    'systemctl start warren@acme.service failed: Job failed. journalctl -u warren@acme.service shows more.',
  )
})

test('a unit that was never there is inactive, and a status may hold any text', async () => {
  const { parts } = await machine()
  expect(await unitState(parts.run, 'acme')).toMatchObject({
    enabled: false,
    active: 'inactive',
    pid: null,
    status: 'unreachable: no answer=yet',
  })
})

test('without systemd the sentence says what else to do', async () => {
  const { places } = await machine()
  await demandSystemd(places)
  await expect(demandSystemd({ ...places, booted: `${places.booted}/not` })).rejects.toThrow('warren up --daemon')
})

test('the man page and completions come with the first service and go with the last one, folders stay', async () => {
  const { parts, places, tape } = await machine()
  const page = `${places.share}/man/man1/warren.1`
  await install(parts, ['acme', 'beta'], { restart: false })
  expect(await readFile(page, 'utf8')).toBe('.TH WARREN 1\n')
  expect((await stat(page)).mode & 0o777).toBe(0o644)
  tape.length = 0
  const reworded = { ...parts, manual: { ...parts.manual, 'man/man1/warren.1': '.TH WARREN 1 new\n' } }
  expect(await install(reworded, ['acme', 'beta'], { restart: false })).toMatchObject({ changed: true })
  expect(tape).toEqual([])
  await uninstall(parts, ['acme'])
  expect(await readFile(page, 'utf8')).toBe('.TH WARREN 1 new\n')
  expect(await uninstall(parts, ['beta'])).toBe(true)
  expect(await readdir(`${places.share}/man/man1`)).toEqual([])
  expect(await readdir(`${places.share}/bash-completion/completions`)).toEqual([])
  expect(await uninstall(parts, ['beta'])).toBe(false)
})

test('each shell and man find their files where they look', async () => {
  const never = () => Promise.reject(new Error('nothing is run here'))
  const tools = { run: never, launch: never, scratch: '/nowhere', userspace: 'none' }
  const outline = outlineOf(await program({ env: readEnv({}), tools, print: () => {}, say: () => {} }))
  const manual = manualOf(outline)
  expect(Object.keys(manual)).toEqual([
    'man/man1/warren.1',
    'bash-completion/completions/warren',
    'zsh/site-functions/_warren',
    'fish/vendor_completions.d/warren.fish',
  ])
  expect(manual['man/man1/warren.1']).toContain('warren network edit')
  expect(manual['zsh/site-functions/_warren']).toMatch(/^#compdef warren/)
})
