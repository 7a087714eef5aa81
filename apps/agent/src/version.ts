import { version as packageVersion } from '../package.json'

/** What the agent reports about itself. */
export const version: string = packageVersion
