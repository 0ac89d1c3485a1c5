// A figure over time, drawn in SVG; its limit as a dashed line.

const [WIDTH, HEIGHT] = [300, 80]
/** The least time that a chart is wide. */
const LEAST_MS = 4000

export class Chart {
  #svg
  #value
  #title
  #format
  #points = []
  #limit = null

  /**
   * @param {HTMLElement} figure
   * @param {string} title
   * @param {(value: number) => string} format
   */
  constructor(figure, title, format) {
    this.#svg = figure.querySelector('svg')
    this.#value = figure.querySelector('output')
    this.#title = title
    this.#format = format
    this.clear(null)
  }

  /** @param {number | null} limit the most that it may be */
  clear(limit) {
    this.#points = []
    this.#limit = limit
    this.#value.textContent = ''
    this.#draw()
  }

  /** @param {number} ms since the start */
  add(ms, value) {
    this.#points.push({ ms, value })
    this.#value.textContent = this.#format(value)
    this.#draw()
  }

  #draw() {
    const points = this.#points
    const values = points.map(({ value }) => value)
    const peak = Math.max(0, ...values)
    const top = Math.max(peak, this.#limit ?? 0, 1e-9) * 1.08
    const end = Math.max(LEAST_MS, points.at(-1)?.ms ?? 0)
    const x = (ms) => ((ms / end) * WIDTH).toFixed(1)
    const y = (value) => (HEIGHT - (value / top) * HEIGHT).toFixed(1)
    const line = points.map(({ ms, value }) => `${x(ms)},${y(value)}`)
    const parts = [0.5, 1].map((part) => level('grid', (HEIGHT * part).toFixed(1)))
    if (this.#limit !== null) parts.push(level('limit', y(this.#limit)))
    if (line.length > 1) {
      const [first, last] = [x(points[0].ms), x(points.at(-1).ms)]
      parts.push(
        element('polygon', { class: 'below', points: [`${first},${HEIGHT}`, ...line, `${last},${HEIGHT}`].join(' ') }),
        element('polyline', { class: 'drawn', points: line.join(' ') }),
      )
    }
    this.#svg.replaceChildren(...parts)
    const told =
      points.length === 0 ? 'nothing yet' : `now ${this.#format(values.at(-1))}, at most ${this.#format(peak)}`
    const limit = this.#limit === null ? '' : `, limit ${this.#format(this.#limit)}`
    this.#svg.setAttribute('aria-label', `${this.#title}: ${told}${limit}`)
  }
}

const level = (kind, y) => element('line', { class: kind, x1: '0', x2: String(WIDTH), y1: y, y2: y })

function element(name, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}
