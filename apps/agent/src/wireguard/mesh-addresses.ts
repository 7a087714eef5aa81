import { rootWidth } from '../plan/view-problem.ts'
import { interfaceAddress } from './addresses.ts'
import type { DeviceSpec } from './device.ts'

/** Where a node sits in its network: an address of each family that it has, and the root CIDRs around them. */
export type Place = {
  readonly address: string
  readonly prefix: string
  readonly address6?: string | null | undefined
  readonly prefix6?: string | null | undefined
}

/**
 * A node's addresses as its interface has them: with the width of the root CIDR, so that the whole network is routed. The
 * second family is done without where the machine has none, and the first works as ever; so is `door`, another address.
 */
export function meshAddresses(
  { address, prefix, address6 = null, prefix6 = null }: Place,
  door?: string,
): Pick<DeviceSpec, 'addresses' | 'optional'> {
  const second = address6 !== null && prefix6 !== null ? [interfaceAddress(address6, rootWidth(prefix6))] : []
  return {
    addresses: [interfaceAddress(address, rootWidth(prefix))],
    optional: [...second, ...(door === undefined ? [] : [door])],
  }
}
