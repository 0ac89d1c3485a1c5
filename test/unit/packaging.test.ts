// What is published: complete, nothing more, and quiet at install time.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { newestVersions } from '../../scripts/symbol-versions.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const list = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      normalize(join(folder, (entry.parentPath ?? entry.path).slice(join(root, folder).length), entry.name)),
    )

interface Manifest {
  readonly scripts: Record<string, string>
  readonly exports: Record<string, string | { types: string; default: string }>
  readonly bin: Record<string, string>
  readonly dependencies: Record<string, string>
  readonly gypfile: boolean
  readonly cpu: string[]
}

const manifest = JSON.parse(read('package.json')) as Manifest

describe('the published package', () => {
  let files: string[] = []
  beforeAll(() => {
    const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    files = (JSON.parse(json) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path)
  }, 30_000)

  it('carries all sources that a machine without a fitting prebuild compiles', () => {
    expect(files).toEqual(expect.arrayContaining([...list('native'), 'binding.gyp', 'LICENSE', 'CHANGELOG.md']))
  })

  it('carries each script that its scripts call', () => {
    const scripts = files.filter((path) => path.startsWith('scripts/'))
    expect(scripts).toContain(manifest.bin['libcontainer-build'])
    const called = scripts.flatMap((path) =>
      [...read(path).matchAll(/require\('(\.[^']+)'\)/g)].map(([, target = '']) =>
        normalize(join(dirname(path), target)),
      ),
    )
    const inGyp = [...read('binding.gyp').matchAll(/scripts\/[\w.-]+/g)].map(([path]) => path)
    expect(scripts).toEqual(expect.arrayContaining([...called, ...inGyp]))
  })

  it('leaves out tests, benchmarks, builds and documents', () => {
    const folders = new Set(files.filter((path) => path.includes('/')).map((path) => path.split('/')[0]))
    for (const folder of folders) expect(['dist', 'lib', 'native', 'prebuilds', 'scripts']).toContain(folder)
  })

  it('runs nothing when it is installed', () => {
    expect(manifest.gypfile).toBe(false)
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$/)]),
    )
  })

  it('exports only what lib/ compiles to', () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [] : [target.default],
    )
    expect(targets.length).toBeGreaterThan(0)
    for (const target of targets) {
      const source = target.replace('./dist/', 'lib/').replace(/\.js$/, '.ts')
      expect(existsSync(join(root, source)), source).toBe(true)
    }
  })

  it('depends on what lib/ imports', () => {
    // What lib/cli imports is in its bundle.
    const sources = list('lib').filter((path) => path.endsWith('.ts') && !path.startsWith('lib/cli/'))
    const imported = sources.flatMap((path) =>
      [
        ...read(path).matchAll(
          /(?:^(?:import|export)\s[^'";]*?from\s|\brequire\(|\bcreateRequire\([^)]*\)\()'([^'.][^']*)'/gm,
        ),
      ].map(([, name = '']) => name),
    )
    const packages = new Set(imported.filter((name) => !name.startsWith('node:')))
    expect(packages).toContain('node-gyp-build')
    for (const name of packages) expect(Object.keys(manifest.dependencies)).toContain(name)
  })

  it('names no registry in its lock file', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"')
  })
})

describe('the native build', () => {
  it('says which packages are missing when there is no compiler', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/native-build.cjs'], {
      cwd: root,
      env: { PATH: '' },
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    for (const text of ['g++', 'make', 'python3', 'apt-get install g++']) expect(stderr).toContain(text)
    expect(stderr).not.toContain('    at ')
  })

  it('compiles one set of system call stubs for each architecture promised', () => {
    for (const [arch, own, other] of [['x64', 'x86_64', 'aarch64'] as const, ['arm64', 'aarch64', 'x86_64'] as const]) {
      expect(manifest.cpu).toContain(arch)
      const sources = execFileSync(process.execPath, ['scripts/native-files.cjs', 'init', arch], {
        cwd: root,
        encoding: 'utf8',
      })
      expect(sources).toContain(`_${own}.S`)
      expect(sources).not.toContain(`_${other}.S`)
    }
  })

  it('embeds an image such that another image gives another assembly file', { timeout: 30_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'libcontainer-embed-'))
    const embed = (bytes: string): string => {
      writeFileSync(join(folder, 'init'), bytes)
      execFileSync(process.execPath, ['scripts/embed.cjs', join(folder, 'init'), join(folder, 'out.S')], { cwd: root })
      return readFileSync(join(folder, 'out.S'), 'utf8')
    }
    try {
      const first = embed('one')
      expect(first).toContain(`.incbin "${join(folder, 'init')}"`)
      expect(first).toContain('.hidden libcontainer_init_image_end')
      expect(embed('two')).not.toBe(first)
      expect(embed('one')).toBe(first)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('knows the newest libraries that an object asks for', () => {
    const symbols =
      'DF *UND* 0 (GLIBC_2.2.5) read\nDF *UND* 0 (GLIBC_2.34) pthread_create\n (GLIBCXX_3.4.9) x (GLIBCXX_3.4.29) y'
    expect(newestVersions(symbols)).toEqual({ glibc: 34, libstdcxx: 29 })
    expect(newestVersions('DF *UND* 0 (CXXABI_1.3) x')).toEqual({ glibc: 0, libstdcxx: 0 })
  })
})
