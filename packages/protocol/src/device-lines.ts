import type { Handed } from './change.ts'

/** Those lines of a device's configuration that can become out of date, as they stand in the file. */
export function deviceLines({ address, address6, allowed, endpoint, hubKey }: Handed) {
  const own = address6 === null ? [address] : [address, address6]
  return {
    Address: `Address = ${own.map((text) => `${text}/${text.includes(':') ? 128 : 32}`).join(', ')}`,
    PublicKey: `PublicKey = ${hubKey}`,
    AllowedIPs: `AllowedIPs = ${allowed.join(', ')}`,
    Endpoint: `Endpoint = ${endpoint}`,
  } as const
}
