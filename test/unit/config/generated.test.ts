// The generated files are those of the schema, and the schema says something about everything.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PROPERTIES } from '../../../lib/config/properties.gen.ts'
import { generate } from '../../../scripts/generate-config.ts'

const folder = fileURLToPath(new URL('../../../lib/config/schema/', import.meta.url))

interface Schema {
  readonly description?: string
  readonly properties?: Record<string, Schema>
  readonly required?: readonly string[]
}

const definitions = readdirSync(folder).flatMap((file) => {
  const { $defs } = JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as { $defs: Record<string, Schema> }
  return Object.entries($defs)
})

describe('generated files', () => {
  it('are up to date', async () => {
    expect(await generate(true)).toEqual([])
  })

  it('need no package at run time', () => {
    const text = readFileSync(new URL('../../../lib/config/structure.gen.ts', import.meta.url), 'utf8')
    expect(text).not.toMatch(/\b(require|import)\b/)
  })

  it.each(definitions)('%s: every property is described, every required one exists', (name, schema) => {
    expect(schema.description).toMatch(/\.$/)
    for (const [property, { description }] of Object.entries(schema.properties ?? {})) {
      expect(`${name}.${property} ${description}`).toMatch(/\.$/)
    }
    for (const property of schema.required ?? []) expect(schema.properties).toHaveProperty(property)
    expect(Object.keys(PROPERTIES[name] ?? {})).toEqual(Object.keys(schema.properties ?? {}))
  })
})
