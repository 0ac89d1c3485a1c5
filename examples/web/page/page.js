// The page: sends the program, and shows what the service tells of it. All that comes from a program is set as text.
import { Chart } from './charts.js'
import { readEvents } from './events.js'
import { SAMPLES } from './samples.js'

const byId = (id) => document.getElementById(id)
const [code, language, output, state] = ['code', 'language', 'output', 'state'].map(byId)
const [runButton, stopButton, ending, limits] = ['run', 'stop', 'ending', 'limits'].map(byId)

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`
const bytes = (count) =>
  count >= 1 << 20 ? `${(count / (1 << 20)).toFixed(1)} MiB` : `${Math.round(count / 1024)} KiB`

const charts = {
  cpu: new Chart(byId('cpu'), 'Processor', (share) => `${Math.round(share * 100)} %`),
  memory: new Chart(byId('memory'), 'Memory', bytes),
  pids: new Chart(byId('pids'), 'Processes and threads', String),
}

/** As the service's options have it: `256M`. */
const size = (limit) => limit.replace(/M$/, ' MiB')

/** Ends the run; null while there is none. */
let running = null

async function run() {
  if (running !== null) return
  const controller = new AbortController()
  running = controller
  begin()
  try {
    const response = await fetch('/runs', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ language: language.value, code: code.value }),
      signal: controller.signal,
    })
    if (!response.ok) fail((await response.json()).message)
    else await follow(response)
  } catch (error) {
    if (controller.signal.aborted) show('bad', 'stopped')
    else fail(`the service is not there: ${error.message}`)
  } finally {
    running = null
    runButton.disabled = false
    stopButton.disabled = true
  }
}

function begin() {
  output.replaceChildren()
  ending.replaceChildren()
  runButton.disabled = true
  stopButton.disabled = false
  for (const chart of Object.values(charts)) chart.clear(null)
  show('running', 'running')
}

async function follow(response) {
  let before = { wallMs: 0, cpuMs: 0 }
  let isOver = false
  for await (const { name, data } of readEvents(response)) {
    if (name === 'start') start(data)
    else if (name === 'output') write(data.stream, data.text)
    else if (name === 'stats') before = draw(data, before)
    else {
      isOver = true
      if (name === 'end') end(data)
      else fail(data.message)
    }
  }
  if (!isOver) fail('the service has gone')
}

const WORDS = { cgroup: 'all together', process: 'each process', none: 'not enforced' }

function start({ limits: { memory, pids, cpus, disk }, timeoutMs, enforced }) {
  charts.cpu.clear(cpus)
  charts.memory.clear(Number.parseInt(memory, 10) << 20)
  charts.pids.clear(pids)
  const rows = {
    Processors: [cpus, enforced.cpus],
    Memory: [size(memory), enforced.memory],
    Processes: [pids, enforced.pids],
  }
  const told = Object.entries(rows).map(([name, [limit, by]]) => [name, `${limit} · ${WORDS[by]}`])
  list(limits, [['Time', seconds(timeoutMs)], ...told, ['Disk', size(disk)], ['Network', 'none']])
}

function draw(stats, before) {
  const { wallMs, cpuMs, memoryBytes, pids } = stats
  charts.memory.add(wallMs, memoryBytes)
  charts.pids.add(wallMs, pids)
  const passed = wallMs - before.wallMs
  // A sum over processes shrinks when one ends.
  if (passed > 0) charts.cpu.add(wallMs, Math.max(0, cpuMs - before.cpuMs) / passed)
  return stats
}

function write(kind, text) {
  const isAtEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 40
  const last = output.lastElementChild
  if (last?.className === kind) last.append(text)
  else {
    const span = document.createElement('span')
    span.className = kind
    span.textContent = text
    output.append(span)
  }
  if (isAtEnd) output.scrollTop = output.scrollHeight
}

function end({ exitCode, signal, endedBy, oomKilled, truncated, usage }) {
  const how = exitCode === null ? signal : `exit code ${exitCode}`
  const reason = oomKilled ? 'out of memory' : endedBy === null ? null : 'out of time'
  show(exitCode === 0 && reason === null ? 'good' : 'bad', reason ?? how)
  if (truncated) write('note', '\n… and more, which is not shown\n')
  list(ending, [
    ['Ended by', how],
    ['Took', seconds(usage.wallMs)],
    ['Processor', seconds(usage.cpuMs)],
    ['Memory, at most', usage.peakMemoryBytes === null ? 'not counted' : bytes(usage.peakMemoryBytes)],
    ...(endedBy === null ? [] : [['Limit of time', endedBy]]),
    ...(oomKilled ? [['Killed', 'for want of memory']] : []),
    ...(truncated ? [['Output', 'cut off']] : []),
  ])
}

function fail(message) {
  show('bad', 'failed')
  write('note', `${message}\n`)
}

function show(kind, text) {
  state.dataset.state = kind
  state.textContent = text
}

function list(into, rows) {
  const made = rows.map(([name, value]) => {
    const row = document.createElement('div')
    const [term, detail] = ['dt', 'dd'].map((tag) => document.createElement(tag))
    term.textContent = name
    detail.textContent = value
    row.append(term, detail)
    return row
  })
  into.replaceChildren(...made)
}

/** Each language keeps what was written for it. */
const drafts = { ...SAMPLES }
let chosen = ''

function choose() {
  if (chosen !== '') drafts[chosen] = code.value
  chosen = language.value
  code.value = drafts[chosen] ?? ''
}

async function prepare() {
  const languages = await (await fetch('/languages')).json()
  language.replaceChildren(...languages.map(({ id, title }) => new Option(title, id)))
  choose()
  language.addEventListener('change', choose)
  byId('controls').addEventListener('submit', (event) => {
    event.preventDefault()
    run()
  })
  stopButton.addEventListener('click', () => running?.abort())
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run()
  })
  document.body.dataset.ready = ''
}

prepare()
