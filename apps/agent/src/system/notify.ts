import { type ServiceManager, serviceManager } from '@warren/protocol/service-manager'
import { managerVariables } from '../env.ts'
import type { Run } from './run.ts'

/** What started this process, if that wants to hear how it is doing. */
export const manager = (run: Run): ServiceManager =>
  serviceManager({
    variables: managerVariables,
    say: (words) => run('systemd-notify', words),
    now: () => performance.now(),
  })
