// The rollback stack of host steps: what was done is undone in reverse, once, whatever fails on the way.

type Revert = () => void | Promise<void>

/**
 * Host steps are straight-line code; each registers how to revert itself right after it succeeded. On failure `run()`
 * reverts them last to first; on success `commit()` forgets them.
 */
export class Undo {
  #steps: Array<{ readonly what: string; readonly revert: Revert }> = []

  /** Registers how to revert the step that was just done. `what` names it should reverting fail. */
  push(what: string, revert: Revert): void {
    this.#steps.push({ what, revert })
  }

  /** Forgets everything: the whole has succeeded. */
  commit(): void {
    this.#steps = []
  }

  /**
   * Reverts all steps, last first. A step that fails does not stop the others. A second call does nothing.
   * @returns one error for each step that could not be reverted, its message led by what the step was
   */
  async run(): Promise<Error[]> {
    const failures: Error[] = []
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.revert()
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        failures.push(new Error(`undo ${step.what}: ${reason}`, { cause }))
      }
    }
    return failures
  }
}
