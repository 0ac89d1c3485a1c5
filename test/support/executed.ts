// Executes the probe in a container and reads what it found there.
import { text } from 'node:stream/consumers'
import type { Container, ExecConfig, ExecOptions } from '../../lib/index.ts'
import type { Finished, Report } from './report.ts'

/** Executes a process and waits for its end. */
export async function finishExec(
  container: Container,
  process: ExecConfig,
  options: ExecOptions = {},
): Promise<Finished> {
  const { stdin, stdout, stderr, wait } = await container.exec(process, options)
  stdin?.end()
  const [out, err, { exitCode, signal }] = await Promise.all([
    stdout === null ? '' : text(stdout),
    stderr === null ? '' : text(stderr),
    wait(),
  ])
  return { exitCode, signal, stdout: out, stderr: err }
}

/** Executes `probe report`. */
export async function probeExec(
  container: Container,
  process: Partial<ExecConfig> = {},
  options: ExecOptions = {},
): Promise<Report> {
  const finished = await finishExec(container, { args: ['probe', 'report'], ...process }, options)
  if (finished.exitCode !== 0 || finished.stderr !== '')
    throw new Error(`the probe failed: ${JSON.stringify(finished)}`)
  return JSON.parse(finished.stdout) as Report
}
