// A submission: read from a request with a bound on everything, and checked.
import type { IncomingMessage } from 'node:http'
import type { Language } from './languages.ts'

export interface Submission {
  readonly language: Language
  readonly code: string
}

/** What is wrong with a request, as the response says it. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const MOST_BYTES = 64 * 1024

/** @throws Refusal */
export async function readSubmission(request: IncomingMessage, languages: readonly Language[]): Promise<Submission> {
  // A page of somebody else cannot send this type without asking first, which nobody answers.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'the body has to be application/json')
  }
  const body = parse(await readBody(request))
  const language = languages.find(({ id }) => id === body.language)
  if (language === undefined) {
    throw new Refusal(422, `language has to be one of ${languages.map(({ id }) => id).join(', ')}`)
  }
  if (typeof body.code !== 'string') throw new Refusal(422, 'code has to be a string')
  return { language, code: body.code }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  // The connection has to last for the answer to one that is too long.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BYTES) throw new Refusal(413, `a submission has at most ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): { readonly language?: unknown; readonly code?: unknown } {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body
  } catch {
    // Told below.
  }
  throw new Refusal(400, 'the body has to be a JSON object')
}
