import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Waits until nobody holds the other end of its stdin any more, which is when whoever started it has ended, however.
 * What went by itself (hosts, and all that runs in them) is gone then; a stack's Postgres has a session of its own and
 * is not.
 */
const SCRIPT = `
read -r _
mark="$1/postgres/cluster/postmaster.pid"
if [ -e "$mark" ]; then
  pid=$(head -n 1 "$mark")
  is_ours() { [ "$(readlink "/proc/$pid/cwd")" = "$1/postgres/cluster" ]; }
  if is_ours "$1"; then kill -QUIT "$pid"; fi
  for _ in $(seq 100); do is_ours "$1" || break; sleep 0.1; done
fi
rm -rf "$1"
`

/** `release` it when nothing is left to take away. */
export type Leash = { release(): Promise<void> }

/** Takes a lab's folder, and the database in it, away when this process ends without doing so. */
export function leash(folder: string): Leash {
  // A session of its own: Ctrl-C in the terminal must not end the one that cleans up.
  const child: ChildProcess = spawn('sh', ['-c', SCRIPT, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  return {
    async release() {
      const gone = once(child, 'close')
      child.stdin?.end()
      if (child.exitCode === null && child.signalCode === null) await gone
    },
  }
}
