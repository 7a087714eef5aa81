#!/bin/sh
# Brings the Warren agent to this machine, has it join when there is an invitation's token, and has systemd keep it
# current. Run it again to upgrade: agents are restarted, tunnels stay.
#
#   printf %s 'TOKEN' | sudo sh -c "$(curl -fsSL ORIGIN/install.sh)"      joins
#   curl -fsSL ORIGIN/install.sh | sudo sh                                only installs, or upgrades
#   curl -fsSL ORIGIN/install.sh | sudo sh -s -- TOKEN                    joins too, but see below
#
# Everything is a function until the last line, so that a download that was cut does nothing. A step that fails leaves
# no new files, except packages of the distribution. In the first form the token only ever travels through pipes. In the
# last it is an argument, which everybody on this machine can read while this runs: an invitation is used up by then or
# a moment later, but on a machine with other users prefer the first.
set -eu

# Filled in by the console that serves this.
ORIGIN='@ORIGIN@'

LIB=/usr/local/lib/warren
BIN=/usr/local/bin
# What the bundle is built for.
NODE_MAJOR=20

say() { printf '%s\n' "$*"; }

fail() {
  printf 'Warren was not installed: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

check_machine() {
  [ "$(id -u)" = 0 ] || fail 'this needs root; put sudo in front of sh.'
  [ "$(uname -s)" = Linux ] || fail "the agent runs on Linux, and this is $(uname -s)."
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) fail "the agent runs on x86_64 and aarch64, and this is $(uname -m)." ;;
  esac
  case $ORIGIN in
    http://* | https://*) ;;
    *) fail 'this copy of install.sh does not know its console; fetch it from the console, at /install.sh.' ;;
  esac
  if has curl; then
    fetcher=curl
  elif has wget; then
    fetcher=wget
  else
    fail 'there is neither curl nor wget; install one of them.'
  fi
}

# Sets `manager` to the package manager that this distribution, or the one it is made from, is known to have; empty for
# any other. os-release(5) is shell by definition; a subshell keeps its variables out of ours.
find_manager() {
  manager=
  distribution='this distribution'
  [ -r /etc/os-release ] || return 0
  distribution=$(. /etc/os-release && printf %s "${PRETTY_NAME:-${ID:-this distribution}}")
  for id in $(. /etc/os-release && printf '%s %s' "${ID:-}" "${ID_LIKE:-}"); do
    case $id in
      debian | ubuntu) manager=apt-get ;;
      fedora) manager=dnf ;;
      arch) manager=pacman ;;
      *) continue ;;
    esac
    break
  done
  [ -z "$manager" ] || has "$manager" || manager=
}

# Installs the packages in "$@", with the messages of the package manager on stderr. Fails when it does.
install_packages() {
  say "Installing $*"
  case $manager in
    apt-get)
      # -s only simulates: it fails when the lists are missing, or too old to know the packages.
      apt-get -s install "$@" >/dev/null 2>&1 </dev/null || apt-get -q update >&2 </dev/null
      DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@" >&2 </dev/null
      ;;
    dnf) dnf -q install -y --setopt=install_weak_deps=False "$@" >&2 </dev/null ;;
    # Without -y: newer lists with older packages are what Arch calls a partial upgrade, and does not support.
    pacman) pacman -S --needed --noconfirm "$@" >&2 </dev/null ;;
  esac
}

# The newest major version of nodejs that the package manager offers; nothing when it offers none.
offered_node() {
  case $manager in
    apt-get)
      offer=$(candidate)
      if [ -z "$offer" ]; then
        apt-get -q update >&2 </dev/null || return 0
        offer=$(candidate)
      fi
      say "$offer"
      ;;
    dnf) dnf -q repoquery --qf '%{version}\n' --whatprovides nodejs 2>/dev/null </dev/null | sort -n | tail -n 1 ;;
    pacman) LC_ALL=C pacman -Si nodejs 2>/dev/null </dev/null | sed -n 's/^Version *: *//p' | head -n 1 ;;
  esac | sed -n 's/^\([0-9]*:\)\{0,1\}\([0-9][0-9]*\)\..*/\2/p'
}

candidate() { LC_ALL=C apt-cache policy nodejs 2>/dev/null </dev/null | sed -n 's/^ *Candidate: *\([0-9].*\)/\1/p'; }

# Sets `node` to a Node that is new enough. Fails when there is none.
find_node() {
  node=$(command -v node) || return 1
  major=$("$node" -p 'process.versions.node.split(".")[0]' 2>/dev/null </dev/null) || return 1
  case $major in
    '' | *[!0-9]*) return 1 ;;
  esac
  [ "$major" -ge "$NODE_MAJOR" ]
}

# Node is looked for before anything is installed: it is what an old distribution cannot give. One that this machine has
# comes first, then the distribution's, which it keeps current, then a copy of the console's, for the agent alone.
provide_node() {
  ! find_node || return 0
  need="the agent needs Node.js $NODE_MAJOR or newer"
  how="install it (https://nodejs.org/en/download) so that root's PATH finds it, and run this line again."
  if has node; then
    why="the node in PATH is $(node --version 2>/dev/null </dev/null || say broken)"
  elif [ -z "$manager" ]; then
    why="$distribution is not one whose packages are known here"
  else
    offered=$(offered_node)
    if [ "${offered:-0}" -ge "$NODE_MAJOR" ]; then
      install_packages nodejs || fail "the package nodejs could not be installed; the lines above say why."
      ! find_node || return 0
      why="the package nodejs of $distribution is not"
    else
      why="$distribution offers ${offered:-none}"
    fi
  fi
  fetch_node || fail "$need, $why, and $ORIGIN has none that runs here; $how"
}

# Fetches the Node that runs the console, and sets `node` to where it will be. Fails when the console has none for this
# machine, or it does not run here, as with another C library.
fetch_node() {
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
  esac
  has gzip || return 1
  say "Downloading Node.js from $ORIGIN, for the agent alone"
  fetch "api/node?arch=$arch" node.gz 2>/dev/null && gzip -dc "$work/node.gz" >"$work/node" 2>/dev/null || return 1
  chmod 755 "$work/node"
  major=$("$work/node" -p 'process.versions.node.split(".")[0]' 2>/dev/null </dev/null) || return 1
  [ "$major" -ge "$NODE_MAJOR" ] 2>/dev/null || return 1
  rm -f "$work/node.gz"
  node=$work/node bundled=yes
}

# Downloads $ORIGIN/$1 to $work/$2.
fetch() {
  case $fetcher in
    curl) curl -fsSL --retry 2 --connect-timeout 15 -o "$work/$2" "$ORIGIN/$1" </dev/null ;;
    wget) wget -q -T 15 -O "$work/$2" "$ORIGIN/$1" </dev/null ;;
  esac
}

provide_tools() {
  missing=
  has wg || missing=wireguard-tools
  has nft || missing="$missing nftables"
  if ! has ip; then
    case $manager in
      dnf) missing="$missing iproute" ;;
      *) missing="$missing iproute2" ;;
    esac
  fi
  missing=${missing# }
  if [ -n "$missing" ]; then
    [ -n "$manager" ] || fail "on $distribution please install by hand: $missing; then run this line again."
    # Names of packages, which are words.
    # shellcheck disable=SC2086
    install_packages $missing || fail "these packages could not be installed: $missing; the lines above say why."
  fi
  provide_wireguard
}

# The kernel's WireGuard, else wireguard-go.
provide_wireguard() {
  probe=wgprobe$$
  if ip link add "$probe" type wireguard >/dev/null 2>&1; then
    ip link del "$probe"
    return 0
  fi
  ! has wireguard-go || return 0
  why='the kernel has no WireGuard'
  [ -n "$manager" ] || fail "$why; please install wireguard-go by hand, then run this line again."
  install_packages wireguard-go ||
    fail "$why, and the package wireguard-go could not be installed; use a kernel with WireGuard, or install it by hand."
}

# Takes back what was begun, at every end of this script.
clean_up() {
  rm -rf "$work"
  if [ -z "$finished" ]; then
    [ -z "$staged" ] || rm -f "$LIB/.warren.cjs.$$" "$LIB/.node.$$" "$BIN/.warren.$$"
    [ -z "$new_command" ] || rm -f "$BIN/warren"
    [ -z "$new_node" ] || rm -f "$LIB/node"
    # Only takes away a folder that is empty: one that was there before has the old agent in it.
    rmdir "$LIB" 2>/dev/null || :
  fi
}

download_agent() {
  say "Downloading $ORIGIN/warren.cjs"
  fetch warren.cjs warren.cjs || fail "$ORIGIN/warren.cjs could not be downloaded; check that this machine can open $ORIGIN."
  version=$("$node" "$work/warren.cjs" --version 2>/dev/null </dev/null) || version=
  case $version in
    [0-9]*) ;;
    *) fail "what $ORIGIN/warren.cjs gave is not the agent, or not whole; check what answers there." ;;
  esac
}

# All files are written beside their places and then renamed, so that there is always a whole agent or none.
install_agent() {
  [ ! -d "$BIN/warren" ] || fail "$BIN/warren is a folder; move it away."
  [ ! -d "$LIB/warren.cjs" ] || fail "$LIB/warren.cjs is a folder; move it away."
  staged=yes
  mkdir -p "$LIB" "$BIN" || fail "$LIB or $BIN cannot be made."
  cp "$work/warren.cjs" "$LIB/.warren.cjs.$$" || fail "$LIB cannot be written."
  if [ -n "$bundled" ]; then
    cp "$node" "$LIB/.node.$$" || fail "$LIB cannot be written."
    chmod 755 "$LIB/.node.$$"
    [ -e "$LIB/node" ] || new_node=yes
    mv -f "$LIB/.node.$$" "$LIB/node" || fail "$LIB/node cannot be replaced."
    node=$LIB/node
  fi
  # The place of Node is written down: a service's PATH may be shorter than this one.
  printf '#!/bin/sh\nexec "%s" %s/warren.cjs "$@"\n' "$node" "$LIB" >"$BIN/.warren.$$" || fail "$BIN cannot be written."
  chmod 644 "$LIB/.warren.cjs.$$"
  chmod 755 "$BIN/.warren.$$"
  [ -e "$BIN/warren" ] || new_command=yes
  mv -f "$BIN/.warren.$$" "$BIN/warren" || fail "$BIN/warren cannot be replaced."
  mv -f "$LIB/.warren.cjs.$$" "$LIB/warren.cjs" || fail "$LIB/warren.cjs cannot be replaced."
  finished=yes
  say "Installed warren $version in $BIN."
}

# The man page and completions: the agent knows where they go. It works without them, so nothing ends here.
install_manual() {
  "$BIN/warren" service install --program-only </dev/null >/dev/null ||
    say 'The man page and completions are not in place; warren service install --program-only tries again.' >&2
}

# sd_booted(3).
has_systemd() { [ -d /run/systemd/system ]; }

# Agents that systemd keeps already get the new program; their tunnels outlive that.
upgrade() {
  has_systemd || return 0
  set -- /etc/systemd/system/multi-user.target.wants/warren@*.service
  [ -e "$1" ] || [ -L "$1" ] || return 0
  kept=yes
  "$BIN/warren" service install --restart >/dev/null </dev/null || fail 'the agent was replaced, but could not be restarted; the line above says why.'
  say 'Restarted the agents that run here.'
}

join_network() {
  if [ -z "$token" ]; then
    [ -z "$kept" ] || return 0
    say 'There was no invitation, so this machine has joined nothing yet. Next:'
    say '  sudo warren join invitation.toml'
    if has_systemd; then say '  sudo warren service install'; else say '  sudo warren up --daemon'; fi
    return 0
  fi
  code=0
  if has_systemd; then set -- --service; else set --; fi
  # printf is part of the shell here, so the token is in no argument list.
  printf '%s\n' "$token" | "$BIN/warren" join "$@" - || code=$?
  if [ "$code" -ne 0 ]; then
    say 'Warren is installed, but this machine has not joined; the line above says why.' >&2
    say 'Run the same line again, or: sudo warren join invitation.toml' >&2
    exit "$code"
  fi
  has_systemd || say 'Next, to keep this machine current:
  sudo warren up --daemon'
}

main() {
  # A variable of this name that came from outside would be passed on to every program.
  unset token
  token=
  case $#/${1-} in
    0/*)
      # Read first: a package manager would read it otherwise.
      [ -t 0 ] || token=$(cat 2>/dev/null) || token=
      ;;
    1/warren1-*) token=$1 ;;
    *) fail 'the only argument is the token of an invitation, which begins with warren1-.' ;;
  esac
  umask 022
  # Administration tools lie where the PATH of a plain user's root shell may not lead.
  PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  check_machine
  find_manager
  work=$(mktemp -d) || fail 'there is no place for temporary files.'
  staged= new_command= finished= bundled= new_node= kept=
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  provide_node
  provide_tools
  download_agent
  install_agent
  install_manual
  upgrade
  join_network
}

main "$@"
