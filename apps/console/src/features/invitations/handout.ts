export { type Handout, handoutOf, type JoinFacts } from '@warren/protocol'

/** One line for a terminal: brings the agent and joins. The token goes in by standard input, so no process list shows it. */
export const installLine = (token: string, origin: string): string =>
  `printf %s '${token}' | sudo sh -c "$(curl -fsSL ${origin}/install.sh)"`

/** For a node that has the agent already. */
export const joinLine = (fileName: string): string => `sudo warren join ${fileName}`
