// The fingerprint of the operation table: a plan and the init that runs it must come from the same one.
import { OPS, type OpSpec } from '../lib/plan/ops.ts'

/** One line an operation, by id: `${id} ${name}(${field}:${type},…)\n`. Docs and units do not count: they do not travel. */
export function tableText(): string {
  return Object.entries<OpSpec>(OPS)
    .sort(([, a], [, b]) => a.id - b.id)
    .map(([name, { id, fields }]) => {
      const types = Object.entries(fields).map(([field, { type }]) => `${field}:${type}`)
      return `${id} ${name}(${types.join(',')})\n`
    })
    .join('')
}

/** FNV-1a, 32 bits, of {@link tableText} in UTF-8; the `table` field of a plan's header (native/wire.h). */
export function tableHash(): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(tableText())) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
