/** The domain of a network's names: `wg` is no top-level domain, and innernet uses it too. */
export const zoneOf = (network: string): string => `${network}.wg`

/** The domain name of a peer, as hosts files and the hub's DNS have it. */
export const hostName = (peer: string, network: string): string => `${peer}.${zoneOf(network)}`

/**
 * Where the coordinator answers DNS on the hub's mesh address, UDP and TCP. Port 53 needs a right that it does not have: the
 * hub hands on what comes there. Chosen: from the range that nobody registers (RFC 6335, section 6).
 */
export const DNS_PORT = 53053
