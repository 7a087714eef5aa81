import type { Host } from '../lab/host.ts'
import { until } from '../lab/until.ts'
import type { StandIns } from './stand-ins.ts'

/** Docker's daemon on a host of the lab: its networks, rules and containers are that host's, and end with it. */
export class Engine {
  readonly #host: Host
  readonly #folder: string

  private constructor(host: Host) {
    this.#host = host
    this.#folder = `${host.folder}/docker`
  }

  static async start(host: Host, { plugins }: StandIns): Promise<Engine> {
    const engine = new Engine(host)
    const folder = engine.#folder
    // The lab gives a host a /sys of its own, without the control groups that Docker needs: this machine's is beneath.
    await host.sh(`umount /sys; mkdir -p ${folder}/config; ln -s ${plugins} ${folder}/config/cli-plugins`)
    const roots = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`]
    const net = ['--bip', '172.30.0.1/24', '--default-address-pool', 'base=172.31.0.0/16,size=24']
    await host.start('dockerd', ['dockerd', ...roots, ...net, '-H', engine.#socket])
    await until('the Docker daemon to answer', async () => (await engine.docker(['info'])).exitCode === 0)
    return engine
  }

  get #socket(): string {
    return `unix://${this.#folder}/docker.sock`
  }

  docker(args: readonly string[], input?: string) {
    const env = { DOCKER_HOST: this.#socket, DOCKER_CONFIG: `${this.#folder}/config`, DOCKER_CLI_HINTS: 'false' }
    return this.#host.run('docker', args, { env, timeoutMs: 900_000, ...(input === undefined ? {} : { input }) })
  }

  /** @throws with what it said, when it fails */
  async must(args: readonly string[], input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.docker(args, input)
    if (exitCode === 0) return stdout
    throw new Error(`docker ${args.join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`)
  }

  /** Makes an image of a folder under the names that files ask for. */
  async import(root: string, names: readonly string[]): Promise<void> {
    const [first = '', ...more] = names
    await this.#host.sh(`tar -C ${root} -c . | docker import --change 'CMD ["/bin/sh"]' - ${first}`, {
      env: { DOCKER_HOST: this.#socket },
      timeoutMs: 600_000,
    })
    for (const name of more) await this.must(['tag', first, name])
  }
}
