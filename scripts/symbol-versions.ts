// The newest version of each system library that a shared object asks for.

export interface SymbolVersions {
  /** Second number of GLIBC_2.x. */
  readonly glibc: number
  /** Third number of GLIBCXX_3.4.x; 28 is GCC 10, 29 is GCC 11. */
  readonly libstdcxx: number
}

/** @param symbols what `objdump -T` printed; 0 where nothing is asked for */
export function newestVersions(symbols: string): SymbolVersions {
  const newest = (pattern: RegExp): number =>
    Math.max(0, ...[...symbols.matchAll(pattern)].map((match) => Number(match[1])))
  return { glibc: newest(/\bGLIBC_2\.(\d+)/g), libstdcxx: newest(/\bGLIBCXX_3\.4\.(\d+)/g) }
}
