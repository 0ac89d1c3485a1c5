// The HTTP service: a page, and runs of what strangers submit, told as server-sent events.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { findLanguages } from './languages.ts'
import { run, type Tell } from './run.ts'
import { Refusal, readSubmission } from './submission.ts'

export interface ServiceOptions {
  /** How many submissions run at once; one more is told to come again (429). */
  readonly mostRuns: number
  /** After this a submission is ended. */
  readonly timeoutMs: number
}

export interface Service {
  readonly server: Server
  /** Ends all runs and connections. Resolves when nothing is left of them. */
  close(): Promise<void>
}

/** Nothing from elsewhere, nothing inline, and no markup out of text: what a program writes stays text. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

const PAGE: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/charts.js': ['charts.js', 'text/javascript; charset=utf-8'],
  '/events.js': ['events.js', 'text/javascript; charset=utf-8'],
  '/samples.js': ['samples.js', 'text/javascript; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
}

export function createService({ mostRuns, timeoutMs }: ServiceOptions): Service {
  const languages = findLanguages()
  const files = new Map(Object.entries(PAGE).map(([path, [file, type]]) => [path, { body: readPage(file), type }]))
  const ending = new AbortController()
  const runs = new Set<Promise<void>>()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?')
    const file = files.get(path)
    if (file !== undefined) {
      allow(request, 'GET', 'HEAD')
      response.writeHead(200, { 'Content-Type': file.type }).end(file.body)
    } else if (path === '/languages') {
      allow(request, 'GET', 'HEAD')
      const body = JSON.stringify(languages.map(({ id, title }) => ({ id, title })))
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(body)
    } else if (path === '/runs') {
      allow(request, 'POST')
      await submit(request, response)
    } else throw new Refusal(404, 'there is nothing here')
  }

  async function submit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const submission = await readSubmission(request, languages)
    if (ending.signal.aborted) throw new Refusal(503, 'the service is ending')
    if (runs.size >= mostRuns) throw new Refusal(429, 'as many programs run as may; try again in a moment')
    if (response.destroyed) return
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, ending.signal])
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.flushHeaders()
    const tell = teller(response)
    const running = run(submission, { timeoutMs, signal, tell })
      .catch((error: unknown) => fail(response, signal, error))
      .finally(() => runs.delete(running))
    runs.add(running)
    await running
    response.end()
  }

  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    answer(request, response).catch((error: unknown) => refuse(response, error))
  })
  server.maxConnections = 256
  return {
    server,
    async close() {
      ending.abort(new Error('the service is ending'))
      const closed = new Promise((resolve) => server.close(resolve))
      await Promise.all(runs)
      server.closeAllConnections()
      await closed
    },
  }
}

const readPage = (file: string): Buffer => readFileSync(new URL(`page/${file}`, import.meta.url))

function allow({ method = '' }: IncomingMessage, ...methods: readonly string[]): void {
  if (!methods.includes(method)) throw new Refusal(405, `only ${methods.join(' and ')} can be done here`)
}

/** JSON has no line ends of its own, so an event is two lines. */
function send(response: ServerResponse, name: string, data: unknown): void {
  if (response.writable) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}

const teller =
  (response: ServerResponse): Tell =>
  (name, data) =>
    send(response, name, data)

/** A run that was aborted has nobody to hear of it, unless it is the service that ends. */
function fail(response: ServerResponse, signal: AbortSignal, error: unknown): void {
  if (!signal.aborted) console.error(error)
  const message = signal.aborted ? 'the service is ending' : 'the program could not be run; the service’s log says why'
  send(response, 'failure', { message })
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof Refusal)) console.error(error)
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { status, message } = error instanceof Refusal ? error : { status: 500, message: 'something is wrong here' }
  // What is still to come of a body that is too long is not read.
  response.writeHead(status, {
    'Content-Type': 'application/json',
    Connection: 'close',
    ...(status === 429 ? { 'Retry-After': '2' } : {}),
  })
  response.end(JSON.stringify({ message }))
}
