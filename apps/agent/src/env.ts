import type { ManagerVariables } from '@warren/protocol/service-manager'
import type { RelayTexts } from './hub/relay/settings.ts'
import { keySteps, type Step, steps } from './join/crash-door.ts'

/** Where the agent keeps its things, and what else the environment may set. */
export type Env = {
  /** Keys and settings, one TOML file for each network. */
  readonly configDir: string
  /** The last views, and the hub's keys. */
  readonly stateDir: string
  /** Locks and what the daemon tells `status`; may vanish at a reboot. */
  readonly runDir: string
  readonly hostsFile: string
  /** The daemon leaves names to `warren names`, which a unit of its own runs (deploy/systemd): it may not write there. */
  readonly namesApart: boolean
  /** The program that makes a WireGuard interface where the kernel cannot; the variable is wg-quick(8)'s. */
  readonly userspace: string
  /** Test door: see join/crash-door.ts. */
  readonly crashAfter: Step | null
}

/** Where programs are looked for: wg and ip are in sbin, which the PATH of a service or a plain user may lack. */
export const searchPath = [
  process.env.PATH ?? '',
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
]
  .filter(Boolean)
  .join(':')

/** What the service manager that started this process, if one did, told it. */
export const managerVariables: ManagerVariables = process.env

/** Reads the environment once; everything unset has the default of a system installation. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  return {
    configDir: source.WARREN_CONFIG_DIR || '/etc/warren',
    stateDir: source.WARREN_STATE_DIR || '/var/lib/warren',
    runDir: source.WARREN_RUN_DIR || '/run/warren',
    hostsFile: source.WARREN_HOSTS_FILE || '/etc/hosts',
    namesApart: source.WARREN_NAMES === 'apart',
    userspace: source.WG_QUICK_USERSPACE_IMPLEMENTATION || 'wireguard-go',
    crashAfter: [...steps, ...keySteps].find((step) => step === source.WARREN_CRASH_AFTER) ?? null,
  }
}

/** What the environment says of a hub's relays. */
export const readRelayTexts = (source: NodeJS.ProcessEnv = process.env): RelayTexts => ({
  ports: source.WARREN_RELAY_PORTS,
  pairMbit: source.WARREN_RELAY_MBIT,
  totalMbit: source.WARREN_RELAY_TOTAL_MBIT,
  kernel: source.WARREN_RELAY_KERNEL,
})
