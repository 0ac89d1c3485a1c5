// `Config`, the type of the document and the ways to get one, under one name.
import { loadConfig, parseConfig } from './load.ts'
import { templateConfig } from './template.ts'
import type { Config as Document } from './types.ts'

/** The OCI runtime configuration: the whole `config.json` of runtime-spec 1.3. */
export type Config = Document

/** Ways to get a configuration. It is judged when a container is created from it, or by `validateConfig`. */
export const Config = {
  /** Reads `<bundle>/config.json`. */
  load: loadConfig,
  /** Reads a JSON text. */
  parse: parseConfig,
  /** A document to start from. */
  template: templateConfig,
} as const
