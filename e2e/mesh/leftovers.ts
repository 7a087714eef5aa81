import type { Host } from '../lab/host.ts'

/**
 * What a network has left on a host: interface, keys, views, locks, names, and the program that made the interface.
 * Empty when nothing.
 */
export const leftovers = (host: Host, network = 'acme'): Promise<string> =>
  host.sh(
    `ip -o link show dev "$NETWORK" 2>/dev/null || :
     find /etc/warren /var/lib/warren /run/warren /run/wireguard -name "*$NETWORK*" 2>/dev/null || :
     grep -n "warren $NETWORK" /etc/hosts || :
     pgrep -a wireguard-go || :`,
    { env: { NETWORK: network } },
  )
