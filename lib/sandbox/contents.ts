// Reads files that a hostile program has left: no more of them than it may have written. A file with holes can claim any size.
import { Readable } from 'node:stream'
import { ContainerError } from '../index.ts'
import type { Entry } from './tree.ts'

export class Contents {
  #left: number

  /** @param most bytes in all */
  constructor(most: number) {
    this.#left = most
  }

  /**
   * What is in a file, and how much; null when it cannot be read.
   * @throws ContainerError ERR_UNSUPPORTED when it is too much
   */
  async read(entry: Entry): Promise<{ readonly stream: Readable; readonly size: number } | null> {
    const file = await entry.open()
    if (file === null) return null
    const { size } = await file.stat()
    this.#left -= size
    if (this.#left >= 0) {
      // It may be growing.
      if (size > 0) return { size, stream: file.createReadStream({ end: size - 1 }) }
      await file.close()
      return { size, stream: Readable.from([]) }
    }
    await file.close()
    throw new ContainerError({
      code: 'ERR_UNSUPPORTED',
      operation: 'sandbox',
      path: entry.path,
      message: 'files claim to be larger than the option disk allows: they have holes',
      hint: 'leave changes: ‘tar’ and copyOut out for a program that does that, or raise disk',
    })
  }
}
