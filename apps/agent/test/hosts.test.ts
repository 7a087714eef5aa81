import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { withBlock } from '../src/hosts/block.ts'
import { updateHosts } from '../src/hosts/hosts-file.ts'
import { temporaryDirectory } from './temporary.ts'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, rename: vi.fn(real.rename) }
})

const BO = { address: '10.42.1.8', name: 'bo.acme.wg' }
const CY = { address: 'fd00::9', name: 'cy.acme.wg' }
const BLOCK = `# BEGIN warren acme (made by warren; changes in here are lost)
10.42.1.8\tbo.acme.wg
fd00::9\tcy.acme.wg
# END warren acme
`

test.each([
  ['an empty file', '', BLOCK],
  ['a file with other lines', '127.0.0.1 localhost\n', `127.0.0.1 localhost\n${BLOCK}`],
  ['a file without a last line break', '127.0.0.1 localhost', `127.0.0.1 localhost\n${BLOCK}`],
  ['a file with Windows line ends', '127.0.0.1 localhost\r\n', `127.0.0.1 localhost\r\n${BLOCK}`],
])('a block is put at the end of %s, and comes away without a trace', (_what, text, expected) => {
  const after = withBlock(text, 'acme', [BO, CY])
  expect(after).toBe(expected)
  expect(withBlock(after, 'acme', [])).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`)
})

test('a block keeps its place, and other networks theirs', () => {
  const text = `a\n${BLOCK}b\n${BLOCK.replaceAll('acme', 'beta')}c\n`
  const after = withBlock(text, 'acme', [BO])
  expect(after).toBe(`a\n${BLOCK.replace('fd00::9\tcy.acme.wg\n', '')}b\n${BLOCK.replaceAll('acme', 'beta')}c\n`)
})

test('a block whose end was cut off does not swallow the lines below it', () => {
  const cut = `a\n# BEGIN warren acme (made by warren; changes in here are lost)\n10.42.1.5\told.acme.wg\n192.0.2.1 printer\n`
  expect(withBlock(cut, 'acme', [BO])).toContain('192.0.2.1 printer\n')
  expect(withBlock(cut, 'acme', [])).toBe('a\n192.0.2.1 printer\n')
})

test('a network whose name begins like another’s is another', () => {
  expect(withBlock(BLOCK.replaceAll('acme', 'acme-2'), 'acme', [])).toBe(BLOCK.replaceAll('acme', 'acme-2'))
})

/** What a mount does: its file cannot be replaced. `look` is called whenever another file was. */
function refuseToReplace(file: string, look: () => Promise<void> = async () => {}): void {
  vi.mocked(rename).mockImplementation(async (from, to) => {
    if (String(to) === file) throw Object.assign(new Error('EBUSY: resource busy'), { code: 'EBUSY' })
    const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
    await real.rename(from, to)
    await look()
  })
}

async function hostsFile(text: string) {
  const dir = await temporaryDirectory()
  await mkdir(`${dir}/etc`)
  const path = `${dir}/etc/hosts`
  await writeFile(path, text)
  return { path, lock: `${dir}/run/hosts.lock`, journal: `${dir}/state/hosts.journal`, dir: `${dir}/etc` }
}

test('the file is replaced at once, and keeps its mode', async () => {
  const hosts = await hostsFile('127.0.0.1 localhost\n')
  await chmod(hosts.path, 0o664)
  const before = await stat(hosts.path)
  expect(await updateHosts(hosts, 'acme', [BO, CY])).toBe(true)
  const after = await stat(hosts.path)
  expect(await readFile(hosts.path, 'utf8')).toBe(`127.0.0.1 localhost\n${BLOCK}`)
  expect(after.mode).toBe(before.mode)
  expect(after.ino).not.toBe(before.ino)
  expect(await updateHosts(hosts, 'acme', [BO, CY])).toBe(false)
})

test('a file that is a mount of its own is rewritten in place, and shrinks again', async () => {
  const hosts = await hostsFile('127.0.0.1 localhost\n')
  refuseToReplace(hosts.path)
  const before = await stat(hosts.path)
  await updateHosts(hosts, 'acme', [BO, CY])
  expect(await readFile(hosts.path, 'utf8')).toBe(`127.0.0.1 localhost\n${BLOCK}`)
  await updateHosts(hosts, 'acme', [])
  vi.mocked(rename).mockReset()
  expect(await readFile(hosts.path, 'utf8')).toBe('127.0.0.1 localhost\n')
  expect((await stat(hosts.path)).ino).toBe(before.ino)
  expect(await readdir(hosts.dir)).toEqual(['hosts'])
})

describe('a rewrite in place that was interrupted', () => {
  const old = `127.0.0.1 localhost\n${BLOCK}192.0.2.1 printer\n`
  const wanted = withBlock(old, 'acme', [BO])
  const noted = (path: string) => JSON.stringify({ path, before: old, after: wanted })

  test('is finished by the next update, wherever it was cut', async () => {
    for (let cut = 0; cut <= old.length; cut += 7) {
      const hosts = await hostsFile(wanted.padEnd(old.length, '\n').slice(0, cut) + old.slice(cut))
      await mkdir(dirname(hosts.journal))
      await writeFile(hosts.journal, noted(hosts.path))
      await updateHosts(hosts, 'acme', [BO])
      expect(await readFile(hosts.path, 'utf8')).toBe(wanted)
      expect(await readdir(dirname(hosts.journal))).toEqual([])
    }
  })

  test('is left to somebody else who has changed the file since, and a damaged note is no reason to stop', async () => {
    for (const note of [noted, () => '{"path":']) {
      const hosts = await hostsFile('127.0.0.1 localhost\n192.0.2.9 mine\n')
      await mkdir(dirname(hosts.journal))
      await writeFile(hosts.journal, note(hosts.path))
      await updateHosts(hosts, 'acme', [])
      expect(await readFile(hosts.path, 'utf8')).toBe('127.0.0.1 localhost\n192.0.2.9 mine\n')
    }
  })

  test('is noted before the file is touched, and not any more afterwards', async () => {
    const hosts = await hostsFile(old)
    refuseToReplace(hosts.path, async () => {
      // The note is whole on disk, and the file is as it was.
      expect(JSON.parse(await readFile(hosts.journal, 'utf8'))).toMatchObject({ path: hosts.path, before: old })
      expect(await readFile(hosts.path, 'utf8')).toBe(old)
    })
    await updateHosts(hosts, 'acme', [BO])
    vi.mocked(rename).mockReset()
    expect(await readFile(hosts.path, 'utf8')).toBe(wanted)
    expect(await readdir(dirname(hosts.journal))).toEqual([])
  })
})

test('a link is followed, not replaced', async () => {
  const hosts = await hostsFile('x\n')
  await symlink(hosts.path, `${hosts.dir}/link`)
  await updateHosts({ ...hosts, path: `${hosts.dir}/link` }, 'acme', [BO])
  expect(await readFile(hosts.path, 'utf8')).toContain('bo.acme.wg')
})

test('two networks that update at once both get their block', async () => {
  const hosts = await hostsFile('x\n')
  const networks = ['acme', 'beta', 'gamma', 'delta']
  await Promise.all(networks.map((name) => updateHosts(hosts, name, [{ address: '10.0.0.1', name: `bo.${name}.wg` }])))
  const text = await readFile(hosts.path, 'utf8')
  for (const name of networks) expect(text).toContain(`bo.${name}.wg`)
})

test('a device file is left alone: whoever names /dev/null does not want to lose it', async () => {
  const dir = await temporaryDirectory()
  await symlink('/dev/null', `${dir}/hosts`)
  const hosts = { path: `${dir}/hosts`, lock: `${dir}/lock`, journal: `${dir}/journal` }
  await expect(updateHosts(hosts, 'acme', [BO])).rejects.toThrow(/no regular file/)
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
})
