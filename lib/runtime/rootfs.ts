// Which directory, or which layers, the container's root is made of. Pure.
import path from 'node:path'
import { findNamespace } from '../config/queries.ts'
import type { Config } from '../config/types.ts'
import { ContainerError, type Problem } from '../errors.ts'
import type { Rootfs } from '../plan/plan.ts'

/**
 * The root of `options`, else the document's `root.path`; relative paths start at the bundle.
 * @throws ContainerError ERR_INVALID_CONFIG when it would be the host's own root, or an overlay lacks its parts
 */
export function resolveRootfs(config: Config, bundle: string, rootfs: Rootfs | undefined): Rootfs {
  const joins = findNamespace(config, 'mount')?.path !== undefined
  if (rootfs === undefined) return { directory: directory('/root/path', config.root?.path ?? '', bundle, joins) }
  if ('directory' in rootfs) return { directory: directory('/rootfs/directory', rootfs.directory, bundle, joins) }
  if ('tmpfs' in rootfs) return { tmpfs: memory(rootfs.tmpfs, bundle) }
  const { lower, upper, work } = rootfs.overlay
  if (lower.length === 0) refuse('/rootfs/overlay/lower', 'must name at least one directory')
  if ((upper === undefined) !== (work === undefined)) {
    refuse('/rootfs/overlay', 'upper and work go together: give both, or neither for a throw-away layer')
  }
  return {
    overlay: {
      ...rootfs.overlay,
      lower: lower.map((each) => path.resolve(bundle, each)),
      ...(upper !== undefined && work !== undefined
        ? { upper: path.resolve(bundle, upper), work: path.resolve(bundle, work) }
        : {}),
    },
  }
}

type Memory = Extract<Rootfs, { readonly tmpfs: unknown }>['tmpfs']

function memory(given: Memory, bundle: string): Memory {
  const paths = [...Object.keys(given.directories ?? {}), ...Object.keys(given.links ?? {})]
  const wrong = paths.find((each) => !path.isAbsolute(each) || each.split('/').includes('..'))
  if (wrong !== undefined) refuse('/rootfs/tmpfs', `${JSON.stringify(wrong)} must be an absolute path without ..`)
  return given.copy === undefined ? given : { ...given, copy: path.resolve(bundle, given.copy) }
}

/** @param joins it is a path in a mount namespace that is joined, whose root is not the host's */
function directory(pointer: string, given: string, bundle: string, joins: boolean): string {
  if (given === '') refuse(pointer, 'must not be empty')
  const resolved = path.resolve(bundle, given)
  if (resolved === '/' && !joins) {
    refuse(pointer, 'must not be / of the host: writes would reach it; use an overlay with lower: ["/"]')
  }
  return resolved
}

function refuse(pointer: string, message: string): never {
  const problems: Problem[] = [{ path: pointer, message }]
  throw new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'validate', problems })
}
