// Plain-text tables for the terminal and for docs/benchmarks.md (they are Markdown too).

export type Cell = string | number | null

/** Three significant digits, or "-" where there is nothing to show. */
export function formatCell(cell: Cell): string {
  if (cell === null) return '-'
  if (typeof cell === 'string') return cell
  if (cell === 0 || Math.abs(cell) >= 100) return cell.toFixed(0)
  return cell.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(cell)))))
}

/** Rows under a heading, the first column left-aligned, the others right-aligned. */
export function formatTable(title: string, heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = [heading, ...rows.map((row) => row.map(formatCell))]
  const widths = heading.map((_, column) => Math.max(3, ...text.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [`### ${title}`, '', line(text[0] ?? []), rule, ...text.slice(1).map(line), ''].join('\n')
}
