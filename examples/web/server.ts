// node --import tsx examples/web/server.ts [--port 8080] [--runs 4] [--timeout 10000]: a page on which anybody may run a program.
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { endSignal } from '../ending.ts'
import { createService } from './service.ts'

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8080' },
    runs: { type: 'string', default: '4' },
    timeout: { type: 'string', default: '10000' },
  },
})

const service = createService({ mostRuns: Number(values.runs), timeoutMs: Number(values.timeout) })
const ending = endSignal()
ending.addEventListener('abort', () => void service.close())
service.server.listen(Number(values.port), values.host, () => {
  const { port } = service.server.address() as AddressInfo
  console.log(`listening on http://${values.host}:${port}`)
})
