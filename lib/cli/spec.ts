// spec: a config.json to start from.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Config } from '../index.ts'
import { CommandFailure } from './failure.ts'

export async function spec({
  bundle,
  rootless = false,
}: {
  readonly bundle: string
  readonly rootless?: boolean
}): Promise<void> {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
  const config = rootless ? Config.template({ rootless, uid, gid }) : Config.template()
  const document = { ...config, process: { ...config.process, terminal: true } }
  try {
    await writeFile(join(bundle, 'config.json'), `${JSON.stringify(document, null, '\t')}\n`, {
      flag: 'wx',
      mode: 0o666,
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new CommandFailure('File config.json exists. Remove it first', 1, error)
  }
}
