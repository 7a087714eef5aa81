import { startDatabase } from '../src/server/index.ts'

/** Started as a process of its own, to be killed: starts a server, says its URL, and stays. */
const server = await startDatabase({ dataDir: process.argv[2] ?? '', durable: false })
console.log(server.url)
setInterval(() => {}, 60_000)
