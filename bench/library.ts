// The library as its users get it: compiled. Through tsx every closure would pay for keeping its name.
import { createRequire } from 'node:module'
import type * as Library from '../lib/index.ts'

const require = createRequire(import.meta.url)
const { ensureBuilt } = require('../scripts/ensure-built.cjs') as { ensureBuilt(parts: readonly string[]): void }

ensureBuilt(['native', 'ts'])

const compiled = new URL('../dist/index.js', import.meta.url)

export const { Config, Container, SandboxPool, sandbox } = (await import(compiled.href)) as typeof Library

export type Config = Library.Config
