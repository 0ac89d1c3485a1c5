// The web example's page in a real browser: Debian's Chromium, driven by its DevTools protocol.
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type Browser, launch, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useBundle } from '../support/lane.ts'
import { findProcesses } from '../support/leaks.ts'
import { startWebService, type WebService } from '../support/web-service.ts'

const CHROMIUM = '/usr/bin/chromium'
const whyNot = existsSync(CHROMIUM) ? '' : ` (skipped: there is no ${CHROMIUM}; apt-get install chromium)`
/** Nothing here is measured: a browser on a loaded machine takes its time. */
const timeout = 60_000

describe.skipIf(whyNot !== '')(`the page${whyNot}`, { timeout: 2 * timeout }, () => {
  const bundle = useBundle()
  let service: WebService
  let browser: Browser
  let page: Page
  const wrongs: string[] = []

  beforeAll(async () => {
    service = await startWebService()
    // As root it has no sandbox of its own; a pipe, so that it listens nowhere.
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-crash-reporter', '--no-zygote']
    browser = await launch({ executablePath: CHROMIUM, headless: true, pipe: true, args, timeout })
    page = await browser.newPage()
    page.setDefaultTimeout(timeout)
    page.on('pageerror', (error) => wrongs.push(String(error)))
    page.on('console', (message) => wrongs.push(message.text()))
    await page.goto(service.url)
    await page.waitForSelector('body[data-ready]')
    await page.select('#language', 'sh')
  }, 2 * timeout)
  afterAll(async () => {
    await browser.close()
    await service.end()
  })

  async function run(code: string): Promise<void> {
    await page.waitForSelector('#run:enabled')
    await page.$eval('#code', (field, text) => Object.assign(field, { value: text }), code)
    await page.click('#run')
  }
  const textOf = (selector: string) => page.$eval(selector, (found) => found.textContent)
  const untilState = (...kinds: readonly string[]) =>
    page.waitForSelector(kinds.map((kind) => `#state[data-state="${kind}"]`).join(', '))
  const programs = () => findProcesses(bundle.marker, -1)

  it('runs a program and shows how it ended, what it said on which stream, and what it used', async () => {
    await run('echo to stdout; echo to stderr >&2; exit 3')
    await untilState('bad')
    expect(await textOf('#state')).toBe('exit code 3')
    expect(await textOf('#output .stdout')).toBe('to stdout\n')
    expect(await textOf('#output .stderr')).toBe('to stderr\n')
    expect(await textOf('#ending')).toMatch(/Ended byexit code 3Took[\d.]+ sProcessor[\d.]+ s/)
    expect(await textOf('#limits')).toMatch(/Memory256 MiB · (all together|each process)/)
  })

  it('shows output and charts while the program runs, which only the stop button ends', async () => {
    await run(`export LIBCONTAINER_TEST=${bundle.marker}; echo first; exec sleep 1000`)
    await page.waitForSelector('#output ::-p-text(first)')
    for (const chart of ['cpu', 'memory', 'pids']) {
      await page.waitForSelector(`#${chart} .drawn`)
      const points = await page.$eval(`#${chart} .drawn`, (line) => line.getAttribute('points'))
      expect(points).toMatch(/^[\d.]+,[\d.]+( [\d.]+,[\d.]+)+$/)
    }
    expect(await page.$eval('#pids svg', (svg) => svg.getAttribute('aria-label'))).toMatch(
      /^Processes and threads: now \d+, at most \d+, limit 48$/,
    )
    expect(await textOf('#memory output')).toMatch(/^[\d.]+ [KM]iB$/)
    // It is there, and has not ended.
    expect(await textOf('#state')).toBe('running')
    expect(programs()).toHaveLength(1)
    await page.click('#stop')
    await untilState('bad')
    expect(await textOf('#state')).toBe('stopped')
    for (let round = 0; round < 500 && programs().length > 0; round++) await delay(20)
    expect(programs()).toEqual([])
  })

  it('shows markup of a program as the text that it is', async () => {
    const markup = '</span></pre><script>document.title = "taken"</script><img src=x onerror="document.title = 1">'
    const elements = () => page.$$eval('script, img', (found) => found.length)
    const before = await elements()
    await run(`cat << 'END'\n${markup}\nEND`)
    await untilState('good')
    expect(await textOf('#output')).toBe(`${markup}\n`)
    expect(await elements()).toBe(before)
    expect(await page.title()).toBe('Sandbox')
  })

  it('survives a fork bomb: it ends, and the next program runs', async () => {
    await run(`export LIBCONTAINER_TEST=${bundle.marker}; bomb() { bomb | bomb & }; bomb; sleep 2; echo over`)
    await untilState('good', 'bad')
    for (let round = 0; round < 500 && programs().length > 0; round++) await delay(20)
    expect(programs()).toEqual([])
    await run('echo next')
    await untilState('good')
    expect(await textOf('#output')).toBe('next\n')
  })

  it('has had nothing to complain of', () => {
    expect(wrongs).toEqual([])
  })
})
