// Ballast: makes this process as big as a long-running server, half in Buffers and half in JS objects.

interface Link {
  readonly serial: number
  readonly previous: Link | null
  readonly padding: readonly [number, number, number, number]
}

const LINKS_PER_CHAIN = 1000

const ballast: { buffer: Buffer | null; links: Link[] } = { buffer: null, links: [] }

/** Fills `bytes` of memory, every page touched, and keeps them alive until the process ends. */
export function fillHeap(bytes: number): void {
  if (bytes === 0) return
  ballast.buffer = Buffer.alloc(bytes / 2, 1)
  const goal = process.memoryUsage().heapUsed + bytes / 2
  // Chains of bounded length: one endless chain would make the garbage collector's marking unlike a real program's.
  while (process.memoryUsage().heapUsed < goal) {
    for (let chain = 0; chain < 100; chain++) ballast.links.push(makeChain(LINKS_PER_CHAIN))
  }
  globalThis.gc?.()
}

function makeChain(length: number): Link {
  let link: Link = { serial: 0, previous: null, padding: [0, 0, 0, 0] }
  for (let serial = 1; serial < length; serial++) {
    link = { serial, previous: link, padding: [serial, serial, serial, serial] }
  }
  return link
}
