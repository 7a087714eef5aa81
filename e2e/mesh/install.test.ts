import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FreshMachine, ORIGIN } from '../deploy/fresh-machine.ts'
import { agentStandIn } from '../deploy/stand-ins.ts'
import { Lab } from '../lab/lab.ts'
import { built } from '../lab/places.ts'
import { until } from '../lab/until.ts'

const TOKEN = 'warren1-not-a-real-invitation'

let lab: Lab
let machine: FreshMachine
let count = 0

beforeAll(async () => {
  lab = await Lab.open()
})
beforeEach(async () => {
  count += 1
  machine = await FreshMachine.boot(lab, `fresh${count}`)
  return () => machine.host.powerOff()
})
afterAll(() => lab.close())

describe('on a machine that has everything', () => {
  test('the agent is installed and gets the token on stdin', async () => {
    const { exitCode, stdout } = await machine.install({ input: TOKEN })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('sudo warren up --daemon')
    expect(await machine.joined()).toMatchObject({ args: ['join', '-'], stdin: `${TOKEN}\n` })
    expect(await machine.host.must('/usr/local/bin/warren', ['--version'])).toBe('1.0.0')
  })

  test('the token is in no argument and no environment, even when a variable of that name was passed on', async () => {
    await machine.install({ input: TOKEN, env: { token: 'inherited' } })
    const joined = await machine.joined()
    expect(joined?.visible).toContain('warren.cjs')
    expect(joined?.visible).not.toContain(TOKEN)
  })

  test('nothing of the install itself stays in the folder of temporary files', async () => {
    await machine.install({ input: TOKEN })
    expect(await machine.host.sh('ls -A /run/tmp; ls -A /usr/local/lib/warren')).toBe('warren.cjs')
  })

  test('wget serves where there is no curl', async () => {
    await machine.without('curl')
    expect((await machine.install({ input: TOKEN })).exitCode).toBe(0)
    expect(await machine.joined()).not.toBeNull()
  })

  test('an empty stdin installs only, and says so', async () => {
    const { exitCode, stdout } = await machine.install()
    expect(exitCode).toBe(0)
    expect(stdout).toContain('There was no invitation')
    expect(await machine.joined()).toBeNull()
  })

  test('a terminal as stdin installs only, instead of waiting for somebody to type', async () => {
    const script = await machine.host.file('typed.sh', await machine.script())
    const said = await machine.host.must('script', ['-qec', `sh ${script}`, '/dev/null'])
    expect(said).toContain('There was no invitation')
    expect(await machine.joined()).toBeNull()
  })

  test('an invitation as the only argument does too; anything else there is refused', async () => {
    const script = await machine.host.file('install.sh', await machine.script())
    const line = (...args: string[]) =>
      machine.host.run('sh', ['-c', `cat ${script} | sh -s -- ${args.join(' ')}`], { env: { TMPDIR: '/run/tmp' } })
    expect((await line(TOKEN)).exitCode).toBe(0)
    expect(await machine.joined()).toMatchObject({ args: ['join', '-'], stdin: `${TOKEN}\n` })
    for (const wrong of [['acme.toml'], [TOKEN, TOKEN], ['--help']]) {
      const { exitCode, stderr } = await line(...wrong)
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('the only argument') })
    }
  })

  test('where systemd runs the machine, it is to keep the node current', async () => {
    await machine.host.sh('mkdir -p /run/systemd/system')
    const { stdout } = await machine.install({ input: TOKEN })
    expect(await machine.joined()).toMatchObject({ args: ['join', '--service', '-'] })
    expect(stdout).not.toContain('--daemon')
  })

  test('agents that systemd keeps get the new program, and no invitation is asked for', async () => {
    await machine.host.sh(
      'mkdir -p /run/systemd/system /etc/systemd/system/multi-user.target.wants; ln -s x /etc/systemd/system/multi-user.target.wants/warren@acme.service',
    )
    const { exitCode, stdout } = await machine.install()
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Restarted the agents')])
    expect(await machine.joined()).toMatchObject({ args: ['service', 'install', '--restart'] })
  })

  test('a failed join keeps the agent and ends with its exit code', async () => {
    await machine.host.sh('echo 7 > /run/join-exit')
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect(exitCode).toBe(7)
    expect(stderr).toContain('has not joined')
    expect(await machine.host.must('/usr/local/bin/warren', ['--version'])).toBe('1.0.0')
  })

  test('the real agent refuses what is no invitation', async () => {
    await machine.serve('warren.cjs', await readFile(built.agent))
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(/token/)
    expect(await machine.host.must('/usr/local/bin/warren', ['--version'])).toMatch(/^\d+\.\d+/)
  })

  test('the real agent brings its man page and the completions of each shell', async () => {
    await machine.serve('warren.cjs', await readFile(built.agent))
    const { exitCode, stderr } = await machine.install()
    expect([exitCode, stderr]).toEqual([0, ''])
    const files = [
      'bash-completion/completions/warren',
      'fish/vendor_completions.d/warren.fish',
      'man/man1/warren.1',
      'zsh/site-functions/_warren',
    ]
    const placed = await machine.host.sh('cd /usr/local/share && find . -type f -name "*warren*" | sort')
    expect(placed.split('\n')).toEqual(files.map((file) => `./${file}`))
    expect(await machine.host.sh('cat /usr/local/share/man/man1/warren.1')).toContain('warren network edit')
  })

  test('a second install replaces the agent; one that fails leaves the old one', async () => {
    await machine.install()
    await machine.serve('warren.cjs', agentStandIn('2.0.0'))
    await machine.install()
    expect(await machine.host.must('/usr/local/bin/warren', ['--version'])).toBe('2.0.0')
    await machine.serve('warren.cjs.cut', '')
    expect((await machine.install()).exitCode).toBe(1)
    expect(await machine.host.must('/usr/local/bin/warren', ['--version'])).toBe('2.0.0')
  })
})

describe('what is missing', () => {
  test.each([
    { id: 'debian', iproute: 'iproute2', nodejs: '1:20.19.2+dfsg-1' },
    { id: 'fedora', iproute: 'iproute', nodejs: '22.20.0' },
    { id: 'arch', iproute: 'iproute2', nodejs: '25.2.1-1' },
  ])('is installed by the package manager of $id', async ({ id, iproute, nodejs }) => {
    await machine.distribution(id, { nodejs })
    await machine.without('wg', 'nft', 'ip', 'wireguard-go', 'node')
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    expect(await machine.installed()).toEqual(['nodejs', 'wireguard-tools', 'nftables', iproute, 'wireguard-go'])
    expect(await machine.host.sh('cat /run/eaten')).toBe('')
    expect(await machine.joined()).toMatchObject({ stdin: `${TOKEN}\n` })
  })

  test('is not wireguard-go where the kernel has WireGuard', async () => {
    await machine.distribution('linuxmint', { like: 'ubuntu debian', nodejs: '20.1.0' })
    await machine.without('wg', 'wireguard-go')
    expect((await machine.install()).exitCode).toBe(0)
    expect(await machine.installed()).toEqual(['wireguard-tools'])
  })

  test('is named on a distribution that is not known', async () => {
    await machine.distribution('void', { nodejs: '20.1.0' })
    await machine.without('wg', 'nft')
    const before = await machine.files()
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('on void 1 please install by hand: wireguard-tools nftables')
    expect(await machine.files()).toBe(before)
  })

  test('does not matter on such a distribution when there is nothing missing', async () => {
    await machine.distribution('void', { nodejs: '20.1.0' })
    expect((await machine.install({ input: TOKEN })).exitCode).toBe(0)
  })

  test('stops everything when it is Node and the distribution only has an old one', async () => {
    await machine.distribution('debian', { nodejs: '18.20.4+dfsg-1' })
    await machine.without('wg', 'node')
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('needs Node.js 20 or newer, debian 1 offers 18, and')
    expect(await machine.installed()).toEqual([])
  })

  test('an old Node in PATH is named and left alone', async () => {
    await machine.program('/usr/bin/node', '#!/bin/sh\n[ "$1" = --version ] && echo v18.3.0 || echo 18\n')
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('the node in PATH is v18.3.0')
    expect(await machine.host.must('/usr/bin/node', ['--version'])).toBe('v18.3.0')
  })

  test.each(['gone', 'old'])(
    'a Node that is %s is made up for by the console’s, for the agent alone',
    async (state) => {
      await machine.distribution('debian', { nodejs: '18.20.4+dfsg-1' })
      await machine.without('node')
      if (state === 'old')
        await machine.program('/usr/bin/node', '#!/bin/sh\n[ "$1" = --version ] && echo v18.3.0 || echo 18\n')
      await machine.serve('node', gzipSync('#!/bin/sh\nexec /run/node "$@"\n'))
      const { exitCode, stdout } = await machine.install({ input: TOKEN })
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('for the agent alone')])
      expect(await machine.host.sh('cat /usr/local/bin/warren')).toContain('exec "/usr/local/lib/warren/node"')
      expect(await machine.joined()).toMatchObject({ stdin: `${TOKEN}\n` })
      expect(await machine.installed()).toEqual([])
      expect(await machine.host.sh('ls -A /run/tmp')).toBe('')
    },
  )

  test('a Node of the console that does not run here stops everything', async () => {
    await machine.distribution('debian', { nodejs: '18.20.4+dfsg-1' })
    await machine.without('node')
    await machine.serve('node', gzipSync('#!/bin/sh\nexit 127\n'))
    const before = await machine.files()
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('none that runs here') })
    expect(await machine.files()).toBe(before)
  })
})

describe('a step that fails leaves no file behind', () => {
  const cases: { name: string; make: () => Promise<unknown>; says: RegExp }[] = [
    { name: 'no agent at the console', make: () => machine.unserve('warren.cjs'), says: /could not be downloaded/ },
    {
      name: 'a download that was cut',
      make: () => machine.serve('warren.cjs.cut', ''),
      says: /could not be downloaded/,
    },
    {
      name: 'a login page instead of the agent',
      make: () => machine.serve('warren.cjs', '<!doctype html><title>Sign in</title>'),
      says: /is not the agent/,
    },
    {
      name: 'a folder where the command should go',
      make: () => machine.host.sh('mkdir -p /usr/local/bin/warren'),
      says: /\/usr\/local\/bin\/warren is a folder/,
    },
    {
      name: 'a disk that is full at the last step',
      make: () =>
        machine.program('/usr/bin/mv', '#!/bin/sh\ncase $* in *cjs*) exit 1 ;; esac\ncp "$2" "$3"; rm "$2"\n'),
      says: /cannot be replaced/,
    },
    {
      name: 'another processor',
      make: () => machine.program('/usr/bin/uname', '#!/bin/sh\n[ "$1" = -s ] && echo Linux || echo riscv64\n'),
      says: /this is riscv64/,
    },
    { name: 'neither curl nor wget', make: () => machine.without('curl', 'wget'), says: /neither curl nor wget/ },
  ]
  test.each(cases)('$name', async ({ make, says }) => {
    await make()
    const before = await machine.files()
    const { exitCode, stderr } = await machine.install({ input: TOKEN })
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(says) })
    expect(await machine.files()).toBe(before)
    expect(await machine.joined()).toBeNull()
  })

  test('not root', async () => {
    const before = await machine.files()
    const { exitCode, stderr } = await machine.install({ before: 'setpriv --reuid 65534 --clear-groups --' })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('needs root')
    expect(await machine.files()).toBe(before)
  })

  test('a script that does not know its console', async () => {
    const script = (await machine.script()).replace(ORIGIN, '@ORIGIN@')
    const { exitCode, stderr } = await machine.host.run('sh', ['-c', script])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('does not know its console')
  })

  test('an interrupt in the middle', async () => {
    await machine.program(
      '/usr/bin/curl',
      '#!/bin/sh\ntouch /run/downloading\nwhile [ ! -e /run/go-on ]; do sleep 0.1; done\n',
    )
    const before = await machine.files()
    const script = await machine.host.file('install.sh', await machine.script())
    const running = await machine.host.start('install', ['sh', script], { TMPDIR: '/run/tmp' })
    await until(
      'the download to begin',
      async () => (await machine.host.run('ls', ['/run/downloading'])).exitCode === 0,
    )
    running.signal('SIGTERM')
    await machine.host.sh('touch /run/go-on')
    expect(await running.ended()).not.toBe(0)
    expect(await machine.files()).toBe(before)
  })

  test('the script itself cut after any of its lines', async () => {
    const lines = (await machine.script()).trimEnd().split('\n')
    const before = await machine.files()
    const script = await machine.host.file('whole.sh', `${lines.join('\n')}\n`)
    // All but the last line, which is what starts it.
    await machine.host.sh(
      `n=1; while [ $n -lt ${lines.length} ]; do sh -c "$(head -n $n ${script})" </dev/null >/dev/null 2>&1 || :; n=$((n + 1)); done`,
      { env: { TMPDIR: '/run/tmp' } },
    )
    expect(lines.length).toBeGreaterThan(100)
    expect(await machine.files()).toBe(before)
  })
})
