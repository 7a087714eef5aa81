import './system/small-heap.ts'
import { Refusal } from '@warren/protocol'
import { systemContext } from './commands/context.ts'
import { program } from './commands/program.ts'
import { readEnv } from './env.ts'
import { exitCodeOf, sentenceOf } from './failure.ts'

async function main(): Promise<void> {
  const context = systemContext(readEnv())
  try {
    const commands = await program(context, process.argv[2])
    await commands.parseAsync(process.argv)
  } catch (error) {
    context.say(sentenceOf(error))
    process.exitCode = exitCodeOf(error)
    // A poll or a name that nobody waits for any more must not keep a finished command alive.
    if (error instanceof Refusal) process.exit()
    return
  }
  process.exit(0)
}

void main()
