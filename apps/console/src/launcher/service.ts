// What deploy/systemd/warren-console.service runs: everything but the hub, which is a unit of its own.
import { launch } from './main.ts'

await launch({ managed: true }).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
