// crun and runc, spawned as commands: `run` of a whole container, and `exec` into a running one.
import type { Contestant, OpenContestant, Stage } from './contestant.ts'
import { freshId, timeSpawn, tryCommand } from './contestant.ts'

/** `crun run` / `runc run` of the /bin/true bundle. */
export function runtimeRun(runtime: 'crun' | 'runc'): OpenContestant {
  return async (stage: Stage): Promise<Contestant> => {
    const options = ['--root', `${stage.stateDir}-${runtime}`]
    const run = () => [...options, 'run', '--bundle', stage.bundle, freshId(runtime)]
    tryCommand(runtime, run())
    return {
      name: runtime,
      once: () => timeSpawn(runtime, run()),
      close: async () => {},
    }
  }
}

/** `crun exec` / `runc exec` of /bin/true in a container that waits. */
export function runtimeExec(runtime: 'crun' | 'runc'): OpenContestant {
  return async (stage: Stage): Promise<Contestant> => {
    const options = ['--root', `${stage.stateDir}-${runtime}-exec`]
    const id = freshId(`${runtime}-exec`)
    tryCommand(runtime, [...options, 'run', '--detach', '--bundle', stage.pauseBundle, id])
    const exec = [...options, 'exec', id, '/bin/true']
    const remove = async () => tryCommand(runtime, [...options, 'delete', '--force', id])
    try {
      tryCommand(runtime, exec)
    } catch (error) {
      await remove()
      throw error
    }
    return { name: `${runtime} exec`, once: () => timeSpawn(runtime, exec), close: remove }
  }
}
