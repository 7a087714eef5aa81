import type { Context } from './context.ts'
export async function hubCommand(_context: Context, _options: { socket: string; takeDown: boolean }): Promise<void> {}
