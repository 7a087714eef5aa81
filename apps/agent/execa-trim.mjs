// Stands in for three packages that execa's verbose mode and its messages use. Measured in the idle daemon: 5 MB less
// resident, most of it because human-signals sorts all signals 65 times at its import, for which V8 starts its
// optimising compiler.
import { constants } from 'node:os'

/** human-signals: execa names the signal that ended a program. */
export const signalsByName = Object.fromEntries(
  Object.keys(constants.signals).map((name) => [name, { name, description: name }]),
)

/** figures and pretty-ms: symbols and durations of the verbose mode, which nothing here switches on. */
// biome-ignore lint/style/noDefaultExport: the packages that it stands in for have one
export default () => ''
