// Which unit of systemd a container is: names, and the cgroup that systemd gives it. Pure.

/** Who makes the cgroup: the manager of the machine, or that of a user. */
export type ManagerKind = 'system' | 'user'

/** A transient scope. */
export interface Unit {
  readonly manager: ManagerKind
  /** e.g. `libcontainer-web.scope`. */
  readonly name: string
  /** e.g. `machine.slice`. */
  readonly slice: string
}

/** `slice:prefix:name`, as runc and crun read it. */
const FORM = /^([^/:]*):([^/:]*):([^/:]+)$/

/** Whether a `linux.cgroupsPath` is in the form of the systemd driver: such are never paths. */
export const isUnitPath = (path: string): boolean => /^[^/:]*:[^/:]*:[^/:]*$/.test(path)

/** Where the units of a manager are that has nothing else said. */
const SLICES: Readonly<Record<ManagerKind, string>> = { system: 'system.slice', user: 'user.slice' }

const PREFIX = 'libcontainer'

/** What is wrong with a path of {@link isUnitPath}; undefined when nothing is. */
export function unitPathFault(path: string): string | undefined {
  const [, slice = '', prefix = '', name = ''] = FORM.exec(path) ?? []
  if (name === '') return 'the form is slice:prefix:name, and the name must not be empty'
  if (name.endsWith('.slice')) return 'a slice holds units, not processes: give a name for a scope in it'
  if (slice !== '' && !isSlice(slice)) return `${JSON.stringify(slice)} is no name of a slice, e.g. machine.slice`
  return prefix.length + name.length > MOST_NAME ? `the name is longer than ${MOST_NAME} characters` : undefined
}

/** include/linux/limits.h, NAME_MAX, which a unit's name must fit with its dash and suffix. */
const MOST_NAME = 200

const isSlice = (name: string): boolean => name === '-.slice' || /^[\w.:\\]+(-[\w.:\\]+)*\.slice$/.test(name)

/** @param path in the form, without fault; undefined: none was asked for */
export function unitOf(path: string | undefined, manager: ManagerKind, id: string): Unit {
  const [, slice = '', prefix = PREFIX, name = id] = FORM.exec(path ?? '') ?? []
  const whole = prefix === '' ? name : `${prefix}-${name}`
  return { manager, name: `${escapeName(whole)}.scope`, slice: slice === '' ? SLICES[manager] : slice }
}

/** systemd.unit(5), "String Escaping for Inclusion in Unit Names", but for the dash, which stays. */
function escapeName(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[\w.:-]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}

/** The cgroup of a unit below its manager's own: systemd.slice(5), the dashes of a slice's name are its parents. */
export function unitCgroup({ name, slice }: Unit, manager: string): string {
  const base = manager === '/' ? '' : manager
  const parts = slice === '-.slice' ? [] : slice.slice(0, -'.slice'.length).split('-')
  const slices = parts.map((_, index) => `${parts.slice(0, index + 1).join('-')}.slice`)
  return [base, ...slices, name].join('/')
}
