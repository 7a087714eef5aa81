import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { built } from '../lab/places.ts'

/** Exposure that a unit may have at most, as `systemd-analyze security` counts it: of 10, in tenths. */
const limits: Readonly<Record<string, number>> = {
  'warren@.service': 50,
  'warren-names@.service': 25,
  'warren-hub.service': 50,
  'warren-console.service': 25,
}

const source = path.join(built.root, 'deploy/systemd')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'warren-units-'))
  // What they start is not installed here; `verify` looks whether it is there.
  for (const name of await readdir(source)) {
    const text = await readFile(path.join(source, name), 'utf8')
    const here = text.replaceAll('@NODE@', built.node).replaceAll('@ROOT@', built.root)
    await writeFile(path.join(folder, name), here.replaceAll('/usr/local/bin/warren', '/bin/true'))
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const analyze = (...args: string[]) => execa('systemd-analyze', args, { reject: false, cwd: folder })

describe('the units of systemd', () => {
  test('are the ones that have a limit here, and the watch for names', async () => {
    expect((await readdir(source)).sort()).toEqual([...Object.keys(limits), 'warren-names@.path'].sort())
  })

  test.each([...Object.keys(limits), 'warren-names@.path'])('%s has no unknown key and no bad value', async (name) => {
    const unit = path.join(folder, name.replace('@.', '@acme.'))
    await writeFile(unit, await readFile(path.join(folder, name)))
    const { exitCode, stderr } = await analyze('verify', '--man=no', '--recursive-errors=no', unit)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  test.each(Object.entries(limits))('%s is exposed to no more than %i tenths', async (name, limit) => {
    const unit = path.join(folder, name)
    const { exitCode, stdout } = await analyze('security', '--offline=true', `--threshold=${limit}`, unit)
    expect({ exitCode, verdict: stdout.split('\n').at(-1) }).toMatchObject({ exitCode: 0 })
  })

  test('a unit with a key that systemd does not know would not pass', async () => {
    const unit = path.join(folder, 'odd.service')
    await writeFile(unit, '[Service]\nExecStart=/bin/true\nProtectSytem=strict\n')
    expect((await analyze('verify', '--man=no', '--recursive-errors=no', unit)).exitCode).toBe(1)
  })

  test('a unit without a sandbox would not pass', async () => {
    const unit = path.join(folder, 'bare.service')
    await writeFile(unit, '[Service]\nExecStart=/bin/true\n')
    expect((await analyze('security', '--offline=true', '--threshold=50', unit)).exitCode).toBe(1)
  })
})
