// Server-sent events of a response: their names and data, as they come.

/**
 * EventSource can only GET; a submission is a POST.
 * @param {Response} response
 */
export async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let begun = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const events = (begun + value).split('\n\n')
    begun = events.pop() ?? ''
    for (const event of events) yield parseEvent(event)
  }
}

function parseEvent(text) {
  const fields = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  return { name: fields.get('event'), data: JSON.parse(fields.get('data') ?? 'null') }
}
