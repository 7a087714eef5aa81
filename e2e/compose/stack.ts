import { readFile, writeFile } from 'node:fs/promises'
import { execa } from 'execa'
import type { Host } from '../lab/host.ts'
import { built } from '../lab/places.ts'
import { until } from '../lab/until.ts'
import { Engine } from './engine.ts'
import type { StandIns } from './stand-ins.ts'

const NODE_IMAGE = 'node:22-trixie-slim'
/** A busy machine needs some of it: pages are built in it. */
const HEALTHY_MS = 180_000

/** What may be added to no rights at all. */
const RIGHTS = {
  web: '',
  coordinator: '',
  hub: 'DAC_OVERRIDE NET_ADMIN',
  mesh: '',
  postgres: 'CHOWN DAC_OVERRIDE FOWNER SETGID SETUID',
} as const

type Said = (line: string) => void
type Container = { Service: string; State: string; Health: string; ExitCode: number }

/** The stack of docker-compose.yml on a host of the lab, from what is committed. */
export class Stack {
  readonly #host: Host
  readonly #engine: Engine
  readonly #folder: string
  readonly #modules: string
  readonly #say: Said

  private constructor(host: Host, engine: Engine, say: Said) {
    this.#host = host
    this.#engine = engine
    this.#folder = `${host.folder}/warren`
    this.#modules = `${host.folder}/modules`
    this.#say = say
  }

  /** Starts Docker on the host and gives it the images that no build of ours makes. */
  static async open(host: Host, ground: StandIns, say: Said): Promise<Stack> {
    const stack = new Stack(host, await Engine.start(host, ground), say)
    const folder = stack.#folder
    await execa('sh', ['-ec', 'mkdir "$2"; git -C "$1" archive HEAD | tar -C "$2" -x', '-', built.root, folder])
    // What a build without a network cannot fetch: the modules that the lock names, as they are in this checkout.
    const modules = '*.json .npmrc */*/package.json e2e/package.json node_modules {apps,packages}/*/node_modules'
    const take = `mkdir "$2"; cd "$1"; tar -c $(ls -d ${modules} 2>/dev/null) | tar -C "$2" -x`
    await execa('bash', ['-c', take, '-', built.root, stack.#modules])
    await replaceModules(`${folder}/deploy/Dockerfile`)
    await execa('sh', [
      '-ec',
      'cd "$1"; chmod 700 deploy/secrets; for s in database-password session-secret; do openssl rand -hex 32 > deploy/secrets/$s; done; chmod 644 deploy/secrets/*',
      '-',
      folder,
    ])
    await stack.#engine.import(ground.root, ['warren-stand-in:latest', NODE_IMAGE])
    say('the stand-in image is in')
    return stack
  }

  /** The images, by the real Dockerfile but for its first stage. */
  async build(): Promise<void> {
    const here = `${this.#folder}/e2e/compose`
    await this.#engine.must(['build', '-q', '-t', 'postgres:17', `${here}/postgres`])
    await this.#engine.must(['build', '-q', '-t', 'warren-stand-in-packages', '-f', '-', this.#modules], PACKAGES)
    this.#say('building the images of deploy/Dockerfile')
    await this.compose(['build'])
  }

  async up(): Promise<void> {
    await this.compose(['up', '-d'])
  }

  async compose(args: readonly string[], input?: string): Promise<string> {
    return this.#engine.must(['compose', '-f', `${this.#folder}/docker-compose.yml`, ...args], input)
  }

  async untilHealthy(): Promise<void> {
    await until(
      'every service to be healthy',
      async () => {
        const lines = (await this.compose(['ps', '-a', '--format', 'json'])).trim().split('\n')
        const all = lines.map((line): Container => JSON.parse(line))
        const fine = ({ Service, State, Health, ExitCode }: Container) =>
          Service === 'migrate'
            ? State === 'exited' && ExitCode === 0
            : State === 'running' && ['', 'healthy'].includes(Health)
        if (all.length >= 6 && all.every(fine)) return true
        throw new Error(all.map(({ Service, State, Health }) => `${Service}: ${State} ${Health}`).join(', '))
      },
      HEALTHY_MS,
    )
  }

  /** What docker-compose.yml promises of rights, read from the running containers. */
  async checkRights(): Promise<void> {
    for (const [service, rights] of Object.entries(RIGHTS)) {
      const id = (await this.compose(['ps', '-q', service])).trim()
      const [seen] = JSON.parse(await this.#engine.must(['inspect', id]))
      const user = (await this.compose(['exec', '-T', service, 'sh', '-c', 'stat -c %u /proc/1'])).trim()
      const { CapAdd, CapDrop, ReadonlyRootfs, SecurityOpt } = seen.HostConfig
      const added = [...(CapAdd ?? [])].map((right: string) => right.replace(/^CAP_/, '')).sort()
      if (!ReadonlyRootfs) throw new Error(`${service} can write to its root file system`)
      if (service !== 'hub' && user === '0') throw new Error(`${service} runs as root`)
      if (added.join(' ') !== rights || String(CapDrop) !== 'ALL') throw new Error(`${service} has the rights ${added}`)
      if (!String(SecurityOpt).includes('no-new-privileges')) throw new Error(`${service} can gain privileges`)
    }
  }

  /** Makes the first admin, a network and a peer; answers the peer's invitation. */
  async found(endpoint: string): Promise<string> {
    const url = (await this.compose(['run', '--rm', '-T', 'setup'])).trim().split('\n').at(-1) ?? ''
    const args = ['--import', 'tsx', 'e2e/compose/founder.ts', url, endpoint]
    return this.#host.must('sh', ['-ec', `cd ${built.root} && exec "$@"`, '-', built.node, ...args], {
      timeoutMs: 120_000,
    })
  }

  /** The commands of docs/docker.md. @throws when what they make lacks what cannot be made again */
  async backUp(): Promise<void> {
    const dump = 'PGPASSWORD=$(cat /run/secrets/database-password) pg_dump -U warren warren'
    const sql = await this.compose(['exec', '-T', 'postgres', 'sh', '-c', dump])
    if (!/COPY public\.peer /.test(sql)) throw new Error('the dump of the database has no peers')
    const keys = await this.compose(['exec', '-T', 'hub', 'sh', '-c', 'tar -C /var/lib/warren -c . | tar -t'])
    if (!/hub-acme\.key/.test(keys)) throw new Error(`the hub's key is not in its back-up: ${keys}`)
  }
}

/** The stage that fetches modules becomes the image that has them. @throws when the file has no such stage any more */
async function replaceModules(dockerfile: string): Promise<void> {
  const text = await readFile(dockerfile, 'utf8')
  const stage = /^FROM \$NODE AS packages\n[\s\S]*?^RUN npm ci .*$/m
  if (!stage.test(text)) throw new Error(`${dockerfile} has no stage "packages" that ends with npm ci`)
  await writeFile(dockerfile, text.replace(stage, 'FROM warren-stand-in-packages AS packages'))
}

const PACKAGES = `FROM ${NODE_IMAGE}
WORKDIR /warren
COPY . .
`
