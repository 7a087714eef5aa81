/** Put here by the build: the texts of deploy/systemd that a node needs, by file name. */
declare const WARREN_UNITS: Readonly<Record<string, string>> | undefined

/** The unit files of a node, by file name; none when this is no built agent. */
export const embeddedUnits: Readonly<Record<string, string>> = typeof WARREN_UNITS === 'undefined' ? {} : WARREN_UNITS

/** The unit that keeps a network current. */
export const unitOf = (network: string): string => `warren@${network}.service`
