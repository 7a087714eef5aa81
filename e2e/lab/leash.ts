import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Waits until nobody holds the other end of its stdin any more, which is when whoever started it has ended, however.
 * What went by itself (hosts, and all that runs in them) is gone then; Postgres has a session of its own and is not.
 */
const SCRIPT = `
read -r _
mark="$1/postgres/cluster/postmaster.pid"
if [ -e "$mark" ]; then
  pid=$(head -n 1 "$mark")
  kill -QUIT "$pid"
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
fi
rm -rf "$1"
`

/** Takes a lab's database and folder away when this process is killed and cannot do it. `release` when it did. */
export function leash(folder: string): { release(): Promise<void> } {
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
