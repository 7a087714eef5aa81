/** A web server for one folder. A file beside `NAME.cut` is announced whole and sent half. */
export const originServer = `
const { createServer } = require('node:http')
const fs = require('node:fs')
const path = require('node:path')
const www = process.argv[2]
const server = createServer((request, answer) => {
  const file = path.join(www, path.basename(request.url.split('?')[0]))
  if (!fs.existsSync(file)) return answer.writeHead(404).end('no such file')
  const bytes = fs.readFileSync(file)
  if (!fs.existsSync(file + '.cut')) return answer.end(bytes)
  answer.writeHead(200, { 'content-length': bytes.length })
  answer.write(bytes.subarray(0, bytes.length / 2), () => answer.destroy())
})
server.listen(8080, '127.0.0.1', () => console.log('serving'))
`

/**
 * An agent that writes down how it was called, and the arguments and environments of all processes, which is what
 * others on a machine can read. Its man page says its version. It ends with the exit code in /run/join-exit.
 */
export const agentStandIn = (version: string): string => `
const fs = require('node:fs')
const [, , ...args] = process.argv
if (args[0] === '--version') {
  console.log('${version}')
  process.exit(0)
}
if (args.includes('--program-only')) {
  fs.mkdirSync('/usr/local/share/man/man1', { recursive: true })
  fs.writeFileSync('/usr/local/share/man/man1/warren.1', 'version ${version}')
  process.exit(0)
}
const read = (file) => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
const numbers = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))
const visible = numbers.map((n) => read('/proc/' + n + '/cmdline') + '\\n' + read('/proc/' + n + '/environ')).join('\\n')
fs.writeFileSync('/run/joined.json', JSON.stringify({ args, stdin: fs.readFileSync(0, 'utf8'), visible }))
process.exit(Number(read('/run/join-exit') || 0))
`

/** What each package brings, as the stand-in package managers install it. */
const brings = `
bring() {
  echo "$1" >> /run/packages
  case $1 in
    wireguard-tools) programs=wg ;;
    nftables) programs=nft ;;
    iproute | iproute2) programs=ip ;;
    wireguard-go) programs=wireguard-go ;;
    nodejs) ln -sf /run/node /usr/bin/node; return ;;
    *) echo "no package $1" >&2; exit 100 ;;
  esac
  for program in $programs; do
    printf '#!/bin/sh\\nexit 2\\n' > /usr/bin/$program
    chmod 755 /usr/bin/$program
  done
}
# Whatever comes on stdin is none of its business.
cat > /run/eaten
`

const installer = (command: string): string => `#!/bin/sh
${brings}
installing=
for word; do
  case $word in
    -s) exit 0 ;;
    -*) ;;
    ${command}) installing=yes ;;
    *) [ -z "$installing" ] || bring "$word" ;;
  esac
done
`

/**
 * Package managers that offer this version of nodejs. pacman's -S is the word that installs, so that -Si is none.
 */
export const packageManager = (nodejs: string): Record<string, string> => ({
  'apt-get': installer('install'),
  'apt-cache': `#!/bin/sh\nprintf 'nodejs:\\n  Installed: (none)\\n  Candidate: ${nodejs}\\n'\n`,
  dnf: installer('install').replace(
    '#!/bin/sh',
    `#!/bin/sh\nfor w; do [ "$w" != repoquery ] || { echo ${nodejs}; exit; }; done`,
  ),
  pacman: installer('install').replace(
    '#!/bin/sh',
    `#!/bin/sh\n[ "$1" != -Si ] || { echo "Version         : ${nodejs}"; exit; }\n[ "$1" != -S ] || shift; set -- install "$@"`,
  ),
})
