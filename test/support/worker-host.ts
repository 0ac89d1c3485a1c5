// A process whose worker thread runs a container.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

// The loader that reads TypeScript has to be there before the worker's own file is read.
const source = `
  const { workerData } = require('node:worker_threads')
  import('tsx/esm/api').then(({ register }) => { register(); return import(workerData.file) })
`
const file = new URL('worker.ts', import.meta.url).href
const worker = new Worker(source, { eval: true, workerData: { file, message: process.argv[2] } })
const [result] = (await once(worker, 'message')) as [unknown]
console.log(JSON.stringify(result))
await worker.terminate()
