import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { completionCommand } from '../src/commands/completion.ts'
import type { Context } from '../src/commands/context.ts'
import { manPage } from '../src/commands/man.ts'
import { outlineOf, walk } from '../src/commands/outline.ts'
import { program } from '../src/commands/program.ts'
import { readEnv } from '../src/env.ts'

/** A context that only prints. */
function printing(): { context: Context; printed: () => string } {
  let text = ''
  const never = () => Promise.reject(new Error('nothing is run here'))
  const context: Context = {
    env: readEnv({}),
    tools: { run: never, launch: never, scratch: '/nowhere', userspace: 'none' },
    print: (more) => {
      text += more
    },
    say: () => {},
  }
  return { context, printed: () => text }
}

const outline = outlineOf(await program(printing().context))

function scriptOf(shell: string): string {
  const { context, printed } = printing()
  completionCommand(context, outline, shell)
  return printed()
}

/** What bash offers after these words. */
async function offers(...words: string[]): Promise<string[]> {
  const script = `${scriptOf('bash')}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _warren; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await execa('bash', ['-c', script, 'bash', ...words])
  return stdout.split('\n').filter(Boolean)
}

describe('completions in bash', () => {
  test('offer commands, then what is inside of them', async () => {
    expect(await offers('warren', 'asso')).toEqual(['association'])
    expect(await offers('warren', 'association', '')).toEqual(expect.arrayContaining(['list', 'add', 'delete']))
  })

  test('offer options after names that are not ours to know', async () => {
    expect(await offers('warren', 'peer', 'add', 'cam-1', '--ci')).toEqual(['--cidr'])
  })
})

test.each(['bash', 'zsh', 'fish'])('the script for %s names every command', (shell) => {
  const script = scriptOf(shell)
  for (const { path } of walk(outline)) expect(script).toContain(path.at(-1))
})

test('another shell is refused with the ones there are', () => {
  expect(() => scriptOf('powershell')).toThrow('There are completions for bash, zsh and fish, not for powershell.')
})

test('the man page has every command and every exit code, and no line that roff would take for a request', () => {
  const page = manPage(outline)
  for (const { path, outline: one } of walk(outline)) {
    if (one.commands.length === 0) expect(page).toContain(`\\fB${path.join(' ').replaceAll('-', '\\-')}\\fR`)
  }
  const requests = page.split('\n').filter((line) => line.startsWith('.'))
  expect(requests.filter((line) => !/^\.(TH|SH|TP|RS|RE|B|I|BR)\b/.test(line))).toEqual([])
})
