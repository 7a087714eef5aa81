import { readHubStatus } from '@warren/db'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Invite } from '../lab/admin.ts'
import type { Host } from '../lab/host.ts'
import { tryToJoin, warren } from '../lab/member.ts'
import { built, NOBODY } from '../lab/places.ts'
import { newNetwork } from '../lab/stack.ts'
import { publicAddress } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { leftovers } from './leftovers.ts'
import { type Town, town } from './town.ts'

let place: Town
let host: Host
let invite: Invite

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24' })
  host = await place.host('node')
  invite = await place.admin.invite('node', 'humans')
})
afterAll(() => place?.close())

/** What a command says in one line when it fails; and that it left nothing. */
async function complaint(args: readonly string[], where = host, input?: string) {
  const { exitCode, stdout, stderr } = await warren(where, args, input === undefined ? {} : { input })
  expect(stdout).toBe('')
  expect(await leftovers(where)).toBe('')
  return { exitCode, said: stderr.trim() }
}

/** An invitation with one thing in it changed. */
const edited = (before: string | RegExp, after: string): Invite => ({
  ...invite,
  file: invite.file.replace(before, after),
})

describe('join refuses', () => {
  test('a file that is not there', async () => {
    expect(await complaint(['join', '/nowhere/invitation.toml'])).toEqual({
      exitCode: 2,
      said: 'warren: The invitation /nowhere/invitation.toml cannot be read: there is no such file, and it is not a token.',
    })
  })

  test('an empty invitation', async () => {
    expect(await complaint(['join', '-'], host, '')).toEqual({ exitCode: 1, said: 'warren: The invitation is empty.' })
  })

  test('a token that was cut short', async () => {
    expect(await complaint(['join', invite.token.slice(0, -9)])).toEqual({
      exitCode: 1,
      said: 'warren: The invitation token is cut short or mistyped; copy it again, whole.',
    })
  })

  test('a file that was cut short, wherever', async () => {
    const { file } = invite
    // Every twelfth place is enough to meet each of its lines several times.
    const cuts = Array.from({ length: 12 }, (_, i) => Math.floor((file.length * (i + 1)) / 13))
    const said = await Promise.all(cuts.map((at) => complaint(['join', '-'], host, file.slice(0, at))))
    for (const { exitCode, said: sentence } of said) {
      expect([exitCode, sentence]).toEqual([1, expect.stringMatching(/^warren: The invitation.+[^\n]$/)])
    }
  })

  test.each([
    ['an address', /^address = .*$/m, 'address = "10.42.1.999/16"', /interface\.address/],
    [
      'an address outside the network',
      /^address = .*$/m,
      'address = "192.168.1.5/16"',
      /interface\.address.*outside the network/,
    ],
    ['the own key', /^private-key = .*$/m, 'private-key = "short"', /interface\.private-key/],
    ["the hub's key", /^public-key = .*$/m, 'public-key = "short"', /server\.public-key/],
    ['the outer endpoint', /^external-endpoint = .*$/m, 'external-endpoint = "nowhere"', /server\.external-endpoint/],
    [
      'the inner endpoint',
      /^internal-endpoint = .*$/m,
      'internal-endpoint = "10.43.0.1:51820"',
      /server\.internal-endpoint.*outside/,
    ],
    ['the network', /^prefix = .*$/m, 'prefix = "0.0.0.0/0"', /warren\.prefix.*wider than/],
    ['the interface', /^interface = "acme"$/m, 'interface = "much-too-long-for-linux"', /warren\.interface/],
    ['the name', /^network-name = .*$/m, 'network-name = "../../etc/passwd"', /interface\.network-name/],
  ])('an invitation in which %s was edited, naming the field', async (_what, before, after, reason) => {
    const { file } = edited(before, after)
    expect(file).not.toBe(invite.file)
    const { exitCode, said } = await complaint(['join', '-'], host, file)
    expect(exitCode).toBe(1)
    expect(said).toMatch(reason)
    expect(said.split('\n')).toHaveLength(1)
  })
})

describe('join says what was tried and what to check', () => {
  const silent =
    /^warren: waiting for the hub .*\nwarren: The hub did not answer at \S+ \(UDP\) within 14 s; check that this port is open/

  test('when the hub is silent: a wrong key, a wrong port, a wrong address', async () => {
    const wrongs = [
      edited(/^public-key = .*$/m, `public-key = "${Buffer.alloc(32, 9).toString('base64')}"`),
      edited(/^external-endpoint = .*$/m, `external-endpoint = "${publicAddress(10)}:9"`),
      edited(/^external-endpoint = .*$/m, `external-endpoint = "${publicAddress(99)}:51820"`),
    ]
    const ends = await Promise.all(
      wrongs.map(async (wrong, i) => {
        const where = await place.host(`silent-${i}`)
        const { exitCode, stderr } = await tryToJoin(where, wrong)
        return { exitCode, stderr, left: await leftovers(where) }
      }),
    )
    const expected = { exitCode: 3, stderr: expect.stringMatching(silent), left: '' }
    expect(ends).toEqual([expected, expected, expected])
    expect(ends[2]?.stderr).toContain(`${publicAddress(99)}:51820`)
  })

  test('when the hub has a name that nobody knows', async () => {
    const { file } = edited(/^external-endpoint = .*$/m, 'external-endpoint = "hub.example.org:51820"')
    expect(await complaint(['join', '-'], host, file)).toEqual({
      exitCode: 3,
      said: "warren: The hub's name hub.example.org cannot be resolved; check this machine's name server (/etc/resolv.conf).",
    })
  })
})

describe('on a machine that lacks something, join says what', () => {
  test('wg', async () => {
    const bare = await place.host('no-wg')
    await without(bare, 'wg')
    expect(await complaint(['join', '-'], bare, invite.file)).toEqual({
      exitCode: 4,
      said: 'warren: wg is not installed (Debian and Ubuntu: apt-get install wireguard-tools).',
    })
  })

  test('a WireGuard in kernel or program', async () => {
    const bare = await place.host('no-wireguard-go')
    const hasKernel = (await bare.run('ip', ['link', 'add', 'probe', 'type', 'wireguard'])).exitCode === 0
    await without(bare, 'wireguard-go')
    const { exitCode, stderr } = await tryToJoin(bare, invite, hasKernel ? { WARREN_CRASH_AFTER: 'interface' } : {})
    // Where the kernel has WireGuard the program is not missed, and the join is cut short instead.
    expect(hasKernel ? 4 : exitCode).toBe(4)
    expect(hasKernel || stderr).toMatch(
      hasKernel ? '' : /^warren: The kernel has no WireGuard, and wireguard-go is not installed/,
    )
  })

  test('/dev/net/tun', async () => {
    const bare = await place.host('no-tun')
    await bare.sh('mount -t tmpfs tmpfs /dev/net')
    expect(await complaint(['join', '-'], bare, invite.file)).toEqual({
      exitCode: 4,
      said: 'warren: There is no /dev/net/tun, which a tunnel needs: load the module (modprobe tun), or give it to the container (--device /dev/net/tun).',
    })
  })

  test('root', async () => {
    const { uid, gid } = NOBODY
    const who = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups']
    for (const command of [['join', '-'], ['up'], ['down'], ['leave', '--yes'], ['status'], ['list']]) {
      const argv = [...who, built.node, built.agent, ...command]
      const { exitCode, stderr } = await host.run('setpriv', argv, { input: invite.file })
      expect([exitCode, stderr]).toEqual([
        4,
        `warren: warren ${command[0]} changes network interfaces, which needs root: run it with sudo.`,
      ])
    }
  })

  test('a free interface name', async () => {
    const taken = await place.host('taken')
    await taken.sh('ip link add acme type bridge')
    const { exitCode, stderr } = await tryToJoin(taken, invite)
    expect([exitCode, stderr]).toEqual([
      1,
      'warren: There already is an interface acme, and it is no WireGuard one that answers; remove it first (ip link del acme).',
    ])
    expect(await taken.sh('ip -o link show dev acme type bridge | wc -l')).toBe('1')
  })

  test('the free UDP port that the invitation asks for', async () => {
    const busy = await place.host('busy')
    const socket = await busy.start('a UDP socket', [built.node, '-e', UDP, '31000'])
    await socket.says(/bound/)
    const { file } = edited(/^private-key/m, 'listen-port = 31000\nprivate-key')
    expect(await complaint(['join', '-'], busy, file)).toEqual({
      exitCode: 4,
      said: 'warren: UDP port 31000 cannot be opened for acme: another program has it (ss -ulpn shows which).',
    })
  })
})

describe('a node that is in no network', () => {
  test.each(['up', 'down', 'status', 'list', 'leave'])('is told so by %s', async (command) => {
    expect(await complaint([command])).toEqual({
      exitCode: 1,
      said: 'warren: This node is in no network yet; join one with warren join INVITATION.',
    })
  })

  test('is told which networks it is in when it names another one', async () => {
    expect(await complaint(['up', 'other'])).toEqual({
      exitCode: 1,
      said: 'warren: This node is not in a network other; it is in none.',
    })
  })

  test('gets help on a command that does not exist', async () => {
    const { exitCode, said } = await complaint(['jion'])
    expect(exitCode).toBe(2)
    expect(said).toContain("unknown command 'jion'")
  })
})

describe('a hub whose port is in use', () => {
  const PORT = 51999

  test('tells the console which, and serves as soon as it is free', async () => {
    const { db, hub } = place.stack
    const squatter = await hub.start('a UDP socket', [built.node, '-e', UDP, String(PORT)])
    await squatter.says(/bound/)
    const { id } = await newNetwork(place.stack, { name: 'second', prefix: '10.43.0.0/16', listenPort: PORT })
    const fault = await until('the fault to be known', async () => (await readHubStatus(db, id)).fault)
    expect(fault).toMatch(new RegExp(`^UDP port ${PORT} cannot be opened for second`))
    // Its other network does not suffer.
    expect((await readHubStatus(db, place.stack.network.id)).fault).toBeNull()
    await squatter.stop()
    const over = async () => {
      const status = await readHubStatus(db, id)
      return status.fault === null && status.appliedRevision !== null
    }
    expect(await until('the hub to serve', over, 30_000)).toBe(true)
  })
})

const UDP = `
require('node:dgram').createSocket('udp4').bind(Number(process.argv[1]), () => console.log('bound'))
`

/** Takes a program away from one host. */
const without = (where: Host, program: string): Promise<string> =>
  where.sh(
    `for d in /usr/bin /usr/sbin; do
       mkdir -p "/run/layers$d/up" "/run/layers$d/work"
       mount -t overlay overlay -o "lowerdir=$d,upperdir=/run/layers$d/up,workdir=/run/layers$d/work" "$d"
       rm -f "$d/$PROGRAM"
     done`,
    { env: { PROGRAM: program } },
  )
