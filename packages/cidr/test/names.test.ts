import { expect, test } from 'vitest'
import { explainInterfaceName, explainName, interfaceNameProblem, nameProblem } from '../src/index.ts'

test.each(['a', '0', 'prod-db-1', 'x--y', 'a'.repeat(63)])('%s names a peer or a CIDR', (text) => {
  expect(nameProblem(text)).toBeNull()
})

test.each([
  ['', 'A name is missing.'],
  ['a'.repeat(64), 'A name has at most 63 characters; this one has 64.'],
  ['Alice', 'A name has lower-case letters only: write alice.'],
  ['a b', 'A name is made of a–z, 0–9 and hyphens; a space is none of these.'],
  ['a.b', 'A name is made of a–z, 0–9 and hyphens; “.” is none of these.'],
  ['a\n', 'A name is made of a–z, 0–9 and hyphens; a line break is none of these.'],
  ['zoë', 'A name is made of a–z, 0–9 and hyphens; “ë” is none of these.'],
  ['🐇', 'A name is made of a–z, 0–9 and hyphens; “🐇” is none of these.'],
  ['-a', 'A name neither begins nor ends with a hyphen.'],
  ['a-', 'A name neither begins nor ends with a hyphen.'],
  ['-', 'A name neither begins nor ends with a hyphen.'],
])('%j does not', (text, sentence) => {
  const problem = nameProblem(text)
  expect(problem && explainName(problem)).toBe(sentence)
})

test.each(['wg0', 'evilcorp', 'a_=+.-', '...', 'X'.repeat(15)])('%s names an interface', (text) => {
  expect(interfaceNameProblem(text)).toBeNull()
})

test.each([
  ['', 'An interface name is missing.'],
  ['x'.repeat(16), 'Linux allows 15 characters in an interface name; this one has 16.'],
  ['wg/0', 'An interface name is made of letters, digits and _ = + . -; “/” is none of these.'],
  ['wg 0', 'An interface name is made of letters, digits and _ = + . -; a space is none of these.'],
  ['wg0\n', 'An interface name is made of letters, digits and _ = + . -; a line break is none of these.'],
  ['.', '“.” and “..” are directories; choose a different interface name.'],
  ['..', '“.” and “..” are directories; choose a different interface name.'],
  ['-h', 'An interface name cannot begin with a hyphen: command lines would read it as an option.'],
  ['all', 'all has another meaning on Linux; choose a different interface name.'],
  ['interfaces', 'interfaces has another meaning on Linux; choose a different interface name.'],
])('%j does not', (text, sentence) => {
  const problem = interfaceNameProblem(text)
  expect(problem && explainInterfaceName(problem)).toBe(sentence)
})
