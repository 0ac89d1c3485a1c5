// One line of JSON for each test that has ended.
export default async function* report(events) {
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue
    const skipped = data.skip !== undefined || data.todo !== undefined
    yield `${JSON.stringify({ name: data.name, outcome: skipped ? 'skipped' : type.slice('test:'.length) })}\n`
  }
}
