// A container by its id, in the state directory that the command line names.
import { Container, type LoadOptions } from '../index.ts'
import { CommandFailure } from './failure.ts'
import type { Globals } from './report.ts'

export const located = ({ root }: Globals): LoadOptions => (root === undefined ? {} : { stateDir: root })

export const loadContainer = (id: string, globals: Globals): Promise<Container> => Container.load(id, located(globals))

/** Refuses a status in runc's words, which engines look for. */
export async function refuseStatus(container: Container, refused: Readonly<Record<string, string>>): Promise<void> {
  const message = refused[await container.status()]
  if (message !== undefined) throw new CommandFailure(message)
}
