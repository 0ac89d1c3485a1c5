// The web example as a program of its own, and what it says, without its page.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { type Ended, ended, startProgram } from './node-process.ts'

export interface WebService extends AsyncDisposable {
  readonly url: string
  /** Tells it to end, and waits for that. */
  end(): Promise<Ended>
}

/** On a port that is free. Programs may run long: nothing here is ended by time. */
export async function startWebService(...options: readonly string[]): Promise<WebService> {
  const child = startProgram('examples/web/server.ts', ['--port', '0', '--timeout', '120000', ...options])
  const finished = ended(child)
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (text: string) => resolve(/http:\S+/.exec(text)?.[0] ?? text))
    finished.then(({ stderr }) => reject(new Error(stderr)), reject)
  })
  const end = () => {
    child.kill('SIGTERM')
    return finished
  }
  return { url, end, [Symbol.asyncDispose]: async () => void (await end()) }
}

export interface ServiceEvent {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

/** As fetch, which would keep the connection, and leave it to the test after. */
export async function ask(url: string, { body, ...options }: Asked = {}): Promise<Response> {
  const asking = request(url, { ...options, agent: false })
  asking.end(body)
  const [message] = (await once(asking, 'response')) as [IncomingMessage]
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as [string, string])
  return new Response(Readable.toWeb(message) as ReadableStream, { status: message.statusCode ?? 0, headers })
}

export const submit = (url: string, body: unknown, { headers = {}, ...init }: Asked = {}): Promise<Response> =>
  ask(`${url}/runs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })

/** The events of a run as they come. */
export async function* eventsOf({ body }: Response): AsyncGenerator<ServiceEvent, void, void> {
  let begun = ''
  const decoder = new TextDecoder()
  for await (const chunk of body ?? []) {
    const parts = (begun + decoder.decode(chunk, { stream: true })).split('\n\n')
    begun = parts.pop() ?? ''
    for (const part of parts) {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? []
      yield { name, data: JSON.parse(data) as ServiceEvent['data'] }
    }
  }
}
