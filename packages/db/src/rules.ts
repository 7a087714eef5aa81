/**
 * A rule that the database holds up, in words for a person. `field` names the input at fault, where there is one.
 * `inUse` is the sentence of a foreign key when the row it points to was about to go.
 */
export type Rule = { sentence: string; field: string | null; inUse?: string }

const rule = (sentence: string, field: string | null = null): Rule => ({ sentence, field })

const link = (sentence: string, field: string, inUse: string): Rule => ({ sentence, field, inUse })

const LABEL = 'has to be 1 to 63 of a–z, 0–9 and inner hyphens.'
const OTHER_NETWORK = 'That network does not exist.'

/**
 * The sentence for each named constraint of the migrations. packages/cidr checks these rules first and explains them
 * with names and prefixes; a person sees the words here only when two admins acted at the same time.
 */
export const rules: Readonly<Record<string, Rule>> = {
  user_name_key: rule('A user of that name exists already.', 'name'),
  user_subtree_whole: rule('A subtree is a CIDR of a network.', 'subtree'),
  user_owner_everywhere: rule('An owner is not bound to a subtree; an admin can be.', 'role'),
  user_subtree_network_id_subtree_cidr_id_fkey: link(
    'That CIDR is not in this network.',
    'subtree',
    'An admin is bound to this CIDR; give that person another subtree first.',
  ),
  user_own_peer_id_fkey: rule('That peer does not exist.', 'ownPeerId'),
  api_token_user_id_name_key: rule('You have a token of that name already.', 'name'),
  set_up_one_row: rule('There is one set-up token at most.'),

  network_name_key: rule('A network of that name exists already.', 'name'),
  network_interface_key: rule('Another network of this console uses that interface name.', 'interface'),
  network_listen_port_key: rule(
    'Another network of this console uses that UDP port; choose a different one.',
    'listenPort',
  ),
  network_name_label: rule(`A network's name ${LABEL}`, 'name'),
  network_interface_name: rule('That is not an interface name Linux accepts.', 'interface'),
  network_ports: rule('A port is a number from 1 to 65535.', 'listenPort'),
  network_invitation_hours: rule('An invitation lives 1 to 8760 hours (a year).', 'invitationHours'),
  network_keepalive_s: rule('A keepalive is sent every 1 to 3600 seconds; 0 sends none.', 'keepaliveS'),
  network_listen_port_before: rule('A port is a number from 1 to 65535.', 'listenPort'),
  network_poll_hold_s: rule('A poll is held for 5 to 50 seconds.', 'pollHoldS'),
  network_poll_every_s: rule('Agents that do not wait ask every 5 to 3600 seconds.', 'pollEveryS'),
  network_rotate_days: rule('Keys are renewed every 1 to 3650 days.', 'rotateDays'),
  network_keeps_root: rule('The root CIDR stays as long as its network.'),
  network_at_last_change: rule("A network's revision is that of its last change."),

  cidr_network_id_name_key: rule('A CIDR of that name exists already in this network.', 'name'),
  cidr_name_label: rule(`A CIDR's name ${LABEL}`, 'name'),
  cidr_prefix_canonical: rule('That prefix has host bits set, or is IPv4 written as IPv6.', 'prefix'),
  cidr_prefix6_canonical: rule('The IPv6 prefix has host bits set, or is no IPv6 prefix.', 'prefix6'),
  cidr_prefix6_second: rule('An IPv6 prefix stands beside an IPv4 one.', 'prefix6'),
  cidr_one_root: rule('This network has its root CIDR already.', 'parentId'),
  cidr_siblings_apart: rule('It overlaps another CIDR in the same parent.', 'prefix'),
  cidr_inside_parent: rule('It does not lie inside its parent.', 'prefix'),
  cidr_holds_children: rule('A CIDR inside it would no longer fit.', 'prefix'),
  cidr_holds_peers: rule('A peer in it would no longer fit.', 'prefix'),
  cidr_network_id_fkey: rule(OTHER_NETWORK, 'networkId'),
  cidr_network_id_parent_id_fkey: link(
    'That parent CIDR is not in this network.',
    'parentId',
    'There are still CIDRs inside this one.',
  ),

  cidr_prefix6_roomy: rule('An IPv6 prefix beside an IPv4 one is /126 or larger.', 'prefix6'),
  cidr_siblings6_apart: rule('Its IPv6 prefix overlaps that of another CIDR in the same parent.', 'prefix6'),
  cidr6_inside_parent: rule("Its IPv6 prefix does not lie inside its parent's.", 'prefix6'),
  cidr6_holds_children: rule('The IPv6 prefix of a CIDR inside it would no longer fit.', 'prefix6'),
  cidr6_holds_peers: rule('The IPv6 address of a peer in it would no longer fit.', 'prefix6'),

  peer6_inside_cidr: rule("The IPv6 address does not lie in the IPv6 prefix of the peer's CIDR.", 'address6'),
  peer6_in_no_child: rule(
    'The IPv6 address of a peer would lie in a CIDR inside its own; the peer belongs there.',
    'address6',
  ),
  peer6_address_assignable: rule('No host may have that IPv6 address in this CIDR.', 'address6'),
  peer_network_id_address_key: rule(
    'That address is taken, perhaps by a deleted peer whose address was not released.',
    'address',
  ),
  peer_name_live: rule('A peer of that name exists already in this network.', 'name'),
  peer_public_key_live: rule('Another peer of this network uses that public key.', 'publicKey'),
  peer_name_label: rule(`A peer's name ${LABEL}`, 'name'),
  peer_address_single: rule("A peer's address is one address, and not IPv4 written as IPv6.", 'address'),
  peer_network_id_address6_key: rule(
    'That IPv6 address is taken, perhaps by a deleted peer whose address was not released.',
    'address6',
  ),
  peer_address6_single: rule("A peer's IPv6 address is one address, and not IPv4 written as IPv6.", 'address6'),
  peer_address6_second: rule('An IPv6 address stands beside an IPv4 one.', 'address6'),
  peer_incarnation: rule('How often a peer was invited anew is counted from 0.', 'publicKey'),
  peer_rotations_list: rule('The keys before this one are a list.', 'publicKey'),
  peer_poll_hold_s: rule('A poll is held for 5 to 50 seconds.', 'pollHoldS'),
  peer_poll_every_s: rule('An agent that does not wait asks every 5 to 3600 seconds.', 'pollEveryS'),
  peer_public_key_form: rule('That is not a WireGuard public key.', 'publicKey'),
  peer_listen_port: rule('A port is a number from 1 to 65535.', 'listenPort'),
  peer_has_place: rule('A peer sits in a CIDR.', 'cidrId'),
  peer_inside_cidr: rule("The address does not lie in the peer's CIDR.", 'address'),
  peer_in_no_child: rule(
    'The address of a peer would lie in a CIDR inside its own; the peer belongs there.',
    'address',
  ),
  peer_address_assignable: rule('No host may have that address in this CIDR.', 'address'),
  peer_hub_stays: rule('The hub can be neither disabled nor deleted.', 'peerId'),
  peer_leaves_tombstone: rule('A peer is deleted first; then its address can be released.', 'peerId'),
  peer_network_id_fkey: rule(OTHER_NETWORK, 'networkId'),
  peer_network_id_cidr_id_fkey: link(
    'That CIDR is not in this network.',
    'cidrId',
    'There are still peers in this CIDR.',
  ),

  association_network_id_a_b_key: rule('These two CIDRs are associated already.'),
  association_in_order: rule('An association joins two different CIDRs.', 'b'),
  association_network_id_fkey: rule(OTHER_NETWORK, 'networkId'),
  association_network_id_a_fkey: link(
    'That CIDR is not in this network.',
    'a',
    'An association still refers to this CIDR; delete the association first.',
  ),
  association_network_id_b_fkey: link(
    'That CIDR is not in this network.',
    'b',
    'An association still refers to this CIDR; delete the association first.',
  ),

  invitation_network_id_temporary_key_key: rule('That temporary key was used before; make a new one.', 'temporaryKey'),
  invitation_key_form: rule('That is not a WireGuard public key.', 'temporaryKey'),
  invitation_expires_later: rule('An invitation expires after it was made.', 'expiresAt'),
  invitation_network_id_fkey: rule(OTHER_NETWORK, 'networkId'),
  invitation_network_id_peer_id_fkey: link(
    'That peer is not in this network.',
    'peerId',
    'There are still invitations for this peer.',
  ),

  change_pkey: rule('Another change took that revision.'),
  change_without_gap: rule('Revisions follow each other without a gap.'),
  change_is_final: rule('What is in the change log stays as it was written.'),
  change_network_id_fkey: rule(OTHER_NETWORK, 'networkId'),
}

/** The longest first: some names begin with another one. */
const names = Object.keys(rules).sort((a, b) => b.length - a.length)

/** The rule that one of these texts names, or null. */
export function broken(texts: readonly string[]): Rule | null {
  const name = names.find((candidate) => texts.some((text) => text.includes(candidate)))
  return name === undefined ? null : (rules[name] ?? null)
}
