import { expect, test } from 'vitest'
import { SplitDnsTeller } from '../src/hosts/split-dns.ts'
import { CommandFailure } from '../src/system/command-failure.ts'

/** A resolver that keeps what it was told, as resolvectl(1) prints it. */
function resolver({ missing = false, domains = '' } = {}) {
  const tape: string[] = []
  const run = async (file: string, args: readonly string[]): Promise<string> => {
    if (missing) throw new CommandFailure([file, ...args], { exitCode: null, missing, stderr: '' })
    tape.push([file, ...args].join(' '))
    if (args[0] === 'domain' && args.length > 2) domains = args.slice(2).join(' ')
    if (args[0] === 'revert') domains = ''
    return args[0] === 'domain' ? `Link 7 (acme): ${domains}\n` : ''
  }
  return { tape, run }
}
const AFTER_ANOTHER = { device: 'acme', mayBeOn: true }
const ACME = { zone: 'acme.wg', servers: ['10.42.0.1', 'fd00::1'] }

test('the hub is asked about the zone of its network, on its interface, and about nothing else', async () => {
  const { tape, run } = resolver()
  await new SplitDnsTeller(run, AFTER_ANOTHER).tell(ACME)
  expect(tape).toEqual(['resolvectl dns acme 10.42.0.1 fd00::1', 'resolvectl domain acme ~acme.wg'])
})

test('what an earlier process told is taken back, once', async () => {
  const { tape, run } = resolver({ domains: '~acme.wg' })
  const teller = new SplitDnsTeller(run, AFTER_ANOTHER)
  await teller.tell(null)
  await teller.tell(null)
  expect(tape).toEqual(['resolvectl domain acme', 'resolvectl revert acme'])
})

test('where nobody was told anything, nothing is asked either', async () => {
  const { tape, run } = resolver()
  await new SplitDnsTeller(run, { device: 'acme', mayBeOn: false }).tell(null)
  expect(tape).toEqual([])
})

test('what somebody else set up on the interface stays', async () => {
  const { tape, run } = resolver({ domains: 'corp.example' })
  await new SplitDnsTeller(run, AFTER_ANOTHER).tell(null)
  expect(tape).toEqual(['resolvectl domain acme'])
})

test('without systemd-resolved nothing is told, and nothing is wrong', async () => {
  const { tape, run } = resolver({ missing: true })
  await new SplitDnsTeller(run, AFTER_ANOTHER).tell(ACME)
  expect(tape).toEqual([])
})

test('a resolver that refuses says why', async () => {
  const refuse = async () => {
    throw new CommandFailure(['resolvectl'], { exitCode: 1, missing: false, stderr: 'Access denied' })
  }
  await expect(new SplitDnsTeller(refuse, AFTER_ANOTHER).tell(ACME)).rejects.toThrow('Access denied')
})
