/** Where a node's program and units are. */
export type ServicePlaces = {
  /** The agent's bundle, and a Node of its own where the machine's cannot be used. */
  readonly lib: string
  readonly bin: string
  /** The man page and completions, each in its folder there. */
  readonly share: string
  /** Units that an administrator puts in place: systemd.unit(5). */
  readonly units: string
  /** Is there where systemd runs: sd_booted(3). */
  readonly booted: string
}

export const systemPlaces: ServicePlaces = {
  lib: '/usr/local/lib/warren',
  bin: '/usr/local/bin',
  share: '/usr/local/share',
  units: '/etc/systemd/system',
  booted: '/run/systemd/system',
}
