// What `--version` prints, in the form that engines parse.
import { features } from '../index.ts'

export function printVersion(): void {
  const { ociVersionMax, annotations } = features()
  process.stdout.write(
    `libcontainer version ${annotations['dev.libcontainer.version']}\nspec: ${ociVersionMax}\nnode: ${process.version}\n`,
  )
}
