// From the name of a kernel parameter to its file.

/**
 * The path of a kernel parameter below /proc/sys; undefined when the name is none.
 *
 * As sysctl(8) has it, whichever of `.` and `/` comes first separates, and the other one stands for itself swapped:
 * `net.ipv4.conf.eth0/1.forwarding` and `net/ipv4/conf/eth0.1/forwarding` are both
 * `net/ipv4/conf/eth0.1/forwarding`.
 */
export function sysctlPath(name: string): string | undefined {
  const separator = /[./]/.exec(name)?.[0]
  if (separator === undefined) return undefined
  const swap = (character: string): string => (character === '.' ? '/' : '.')
  const path = separator === '/' ? name : name.replace(/[./]/g, swap)
  // The file system must find just the file that was judged.
  const steps = path.split('/')
  return steps.every((step) => /^[^\s\p{Cc}]+$/u.test(step) && !/^\.+$/.test(step)) ? path : undefined
}
