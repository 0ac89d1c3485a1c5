// The web example's service, without its page: what it takes, tells, bounds and ends. As root and as an ordinary user.
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useBundle } from '../support/lane.ts'
import { findProcesses } from '../support/leaks.ts'
import {
  type Asked,
  ask,
  eventsOf,
  type ServiceEvent,
  startWebService,
  submit,
  type WebService,
} from '../support/web-service.ts'

const bundle = useBundle()
const sh = (code: string) => ({ language: 'sh', code })

/** Bears the mark by which it is found on this machine; says so, and goes on for ever. */
const forever = () => sh(`export LIBCONTAINER_TEST=${bundle.marker}; echo begun; exec sleep 1000`)

const programs = () => findProcesses(bundle.marker, -1)

async function untilGone(): Promise<void> {
  for (let round = 0; round < 500 && programs().length > 0; round++) await delay(20)
  expect(programs()).toEqual([])
}

/** Reads up to the first output. */
async function untilOutput(events: AsyncGenerator<ServiceEvent, void, void>): Promise<ServiceEvent | undefined> {
  for (;;) {
    const { value } = await events.next()
    if (value === undefined || value.name === 'output') return value ?? undefined
  }
}

describe('the service', () => {
  let service: WebService
  beforeAll(async () => {
    service = await startWebService('--runs', '1')
  })
  afterAll(async () => void (await service.end()))

  it('gives its page, which takes nothing from elsewhere and runs no text as code', async () => {
    const response = await ask(service.url)
    expect(response.status).toBe(200)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch("default-src 'none'")
    expect(policy).not.toMatch('unsafe')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const page = await response.text()
    const wanted = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path)
    for (const path of wanted) expect((await ask(service.url + path)).status, path).toBe(200)
    expect(await (await ask(`${service.url}/languages`)).json()).toContainEqual({ id: 'sh', title: 'Shell' })
  })

  it('tells what a program says and uses, and how it ended', async () => {
    const response = await submit(service.url, sh('echo out; echo err >&2; exit 3'))
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const events: ServiceEvent[] = []
    for await (const event of eventsOf(response)) events.push(event)
    const outputs = events.filter(({ name }) => name === 'output').map(({ data }) => data)
    expect(outputs).toContainEqual({ stream: 'stdout', text: 'out\n' })
    expect(outputs).toContainEqual({ stream: 'stderr', text: 'err\n' })
    expect(events[0]).toMatchObject({ name: 'start', data: { limits: { pids: 48 } } })
    expect(Object.keys(events[0]?.data['enforced'] as object).sort()).toEqual(['cpus', 'memory', 'pids'])
    expect(events.at(-1)).toMatchObject({
      name: 'end',
      data: { exitCode: 3, signal: null, endedBy: null, oomKilled: false, truncated: false },
    })
  })

  it('tells of output and use while a program runs; whoever goes away ends it', async () => {
    const gone = new AbortController()
    const events = eventsOf(await submit(service.url, forever(), { signal: gone.signal }))
    expect(await untilOutput(events)).toEqual({ name: 'output', data: { stream: 'stdout', text: 'begun\n' } })
    for (;;) {
      const { value } = await events.next()
      if (value?.name !== 'stats') continue
      expect(value.data).toMatchObject({ pids: 1 })
      break
    }
    expect(programs()).toHaveLength(1)
    const refused = await submit(service.url, sh('echo no'))
    expect({ status: refused.status, after: refused.headers.get('retry-after') }).toEqual({ status: 429, after: '2' })
    gone.abort()
    await untilGone()
  })

  it('cuts off what is too much, and reads on', async () => {
    let length = 0
    let end: ServiceEvent | undefined
    for await (const event of eventsOf(await admitted(sh('head -c 4M /dev/zero; echo done >&2')))) {
      if (event.name === 'output' && event.data['stream'] === 'stdout') length += String(event.data['text']).length
      end = event
    }
    expect(length).toBe(256 * 1024)
    expect(end).toMatchObject({ name: 'end', data: { exitCode: 0, truncated: true } })
  })

  /** The one before may not be quite over. */
  async function admitted(body: unknown): Promise<Response> {
    for (;;) {
      const response = await submit(service.url, body)
      if (response.status !== 429) return response
      await delay(50)
    }
  }

  const bad: Array<[what: string, status: number, body: unknown, init?: Asked]> = [
    ['another type than JSON', 415, sh('echo'), { headers: { 'Content-Type': 'text/plain' } }],
    ['no JSON', 400, '{'],
    ['no object', 400, 'null'],
    ['a language that is not there', 422, { language: 'cobol', code: '' }],
    ['a code that is no text', 422, { language: 'sh', code: 7 }],
    ['a body that is too long', 413, sh('x'.repeat(1 << 20))],
    ['another method', 405, '', { method: 'PUT' }],
  ]
  it.each(bad)('refuses %s (%i)', async (_, status, body, init) => {
    const response = await submit(service.url, body, init)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ message: expect.any(String) as string })
    expect(response.headers.get('content-security-policy')).toMatch("default-src 'none'")
  })

  it('has no other paths', async () => {
    for (const path of ['/x', '/page/index.html', '/..%2fserver.ts']) {
      expect((await ask(service.url + path)).status).toBe(404)
    }
  })
})

it('ends its runs when it is told to end, and says so', async () => {
  await using service = await startWebService()
  const events = eventsOf(await submit(service.url, forever()))
  expect((await untilOutput(events))?.data['text']).toBe('begun\n')
  const ending = service.end()
  const rest: string[] = []
  for await (const { name } of events) rest.push(name)
  expect(rest.at(-1)).toBe('failure')
  expect(await ending).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(programs()).toEqual([])
})
