// The newest glibc that a shared object asks for.

/** @param symbols what `objdump -T` printed @returns for example `2.17`; `2.0` when it asks for none */
export function newestGlibc(symbols: string): string {
  const minors = [...symbols.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor))
  return `2.${Math.max(0, ...minors)}`
}
