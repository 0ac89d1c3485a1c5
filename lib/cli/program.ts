// The commands and their options, as the OCI runtime command line and runc have them. What a command does is loaded when
// it is asked for.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { Globals } from './report.ts'

/** What a command leaves: its exit code when it did not fail. */
export interface Outcome {
  exitCode: number
}

/** What every command is given beside its arguments. */
export interface Context {
  readonly globals: Globals
  readonly outcome: Outcome
}

export interface Program {
  readonly command: Command
  readonly outcome: Outcome
  globals(): Globals
}

export function buildProgram(): Program {
  const outcome: Outcome = { exitCode: 0 }
  const command = new Command('libcontainer')
  const globals = (): Globals => command.opts<Globals>()
  const context = (): Context => ({ globals: globals(), outcome })
  command
    .description('Linux containers from OCI bundles')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .option('--root <directory>', 'where containers are recorded')
    .option('--log <file>', 'file to append log messages to (default: stderr)')
    .addOption(new Option('--log-format <format>', 'text or json').choices(['text', 'json']).default('text'))
    .option('--debug', 'log what is done')
    .option('--systemd-cgroup', 'let systemd make the cgroup; cgroupsPath is then slice:prefix:name')
    .addOption(new Option('--rootless <value>', 'accepted; what a user may do is found out').hideHelp())
    .addOption(new Option('--criu <path>', 'accepted; checkpoint and restore are not implemented').hideHelp())
    .option('-v, --version', 'print the versions')
    .allowExcessArguments()
  command.action(async () => {
    if (command.opts()['version'] === true) return (await import('./version.ts')).printVersion()
    if (command.args.length > 0) throw new CommanderError(3, 'unknown', `unknown command '${command.args[0]}'`)
    command.outputHelp()
  })
  addLifeCycle(command, context)
  addProcesses(command, context)
  addReports(command, context)
  for (const each of command.commands) each.exitOverride().configureOutput({ outputError: () => {} })
  return { command, outcome, globals }
}

type GetContext = () => Context

const count = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('it must be a number from 0.')
  return value
}

const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function creating(command: Command): Command {
  return command
    .argument('<id>')
    .option('-b, --bundle <directory>', 'the bundle', '.')
    .option('--console-socket <path>', "unix socket that the terminal's master is sent to")
    .option('--pid-file <path>', 'file to write the process id to')
    .option('--pidfd-socket <path>', 'unix socket that a pidfd of the process is sent to')
    .option('--no-pivot', 'accepted: pivot_root is used wherever the kernel allows it')
    .option('--no-new-keyring', "share this program's session keyring")
    .option('--preserve-fds <n>', 'descriptors from 3 on to pass to the process', count, 0)
}

function addLifeCycle(command: Command, context: GetContext): void {
  creating(command.command('create').description('create a container, whose program waits for start')).action(
    async (id, options) => (await import('./create.ts')).create(id, options, context()),
  )
  creating(command.command('run').description('create a container and run its program'))
    .option('-d, --detach', 'do not wait for its end')
    .option('--keep', 'do not delete it when it has ended')
    .option('--no-subreaper', 'accepted: processes that outlive the program end with their pid namespace')
    .action(async (id, options) => (await import('./create.ts')).run(id, options, context()))
  command
    .command('start <id>')
    .description('run the program of a created container')
    .action(async (id) => (await import('./lifecycle.ts')).start(id, context()))
  command
    .command('kill <id> [signal]')
    .description('send a signal (default: SIGTERM) to the first process')
    .option('-a, --all', 'send it to all processes')
    .action(async (id, signal, options) => (await import('./lifecycle.ts')).kill(id, signal, options, context()))
  command
    .command('delete <id>')
    .description('delete a container that has ended')
    .option('-f, --force', 'end it first; do not mind if there is none')
    .action(async (id, options) => (await import('./lifecycle.ts')).remove(id, options, context()))
  for (const name of ['pause', 'resume'] as const) {
    command
      .command(`${name} <id>`)
      .description(name === 'pause' ? 'stop all processes where they are' : 'let them go on')
      .action(async (id) => (await import('./lifecycle.ts'))[name](id, context()))
  }
  for (const name of ['checkpoint', 'restore']) {
    command
      .command(`${name} [arguments...]`)
      .description('not implemented')
      .allowUnknownOption()
      .action(async () => (await import('./lifecycle.ts')).refuse(name))
  }
}

function addProcesses(command: Command, context: GetContext): void {
  command
    .command('exec <id> [command] [arguments...]')
    .description('execute one more process in a container')
    .passThroughOptions()
    .option('--console-socket <path>', "unix socket that the terminal's master is sent to")
    .option('--cwd <directory>', 'working directory in the container')
    .option('-e, --env <name=value>', 'add to the environment', gather)
    .option('-t, --tty', 'give it a terminal')
    .option('-u, --user <uid[:gid]>', 'run it as this user')
    .option('-g, --additional-gids <gid>', 'add a group', gather)
    .option('-p, --process <file>', 'OCI process object to execute')
    .option('-d, --detach', 'do not wait for its end')
    .option('--pid-file <path>', 'file to write the process id to')
    .option('--pidfd-socket <path>', 'unix socket that a pidfd of the process is sent to')
    .option('--process-label <label>', 'SELinux label')
    .option('--apparmor <profile>', 'AppArmor profile')
    .option('--no-new-privs', 'set no_new_privs')
    .option('-c, --cap <name>', 'add a capability', gather)
    .option('--preserve-fds <n>', 'descriptors from 3 on to pass to the process', count, 0)
    .option('--ignore-paused', 'execute it in a paused container too, as far as that comes')
    .action(async (id, program, args, options) => {
      const words = program === undefined ? [] : [program, ...args]
      return (await import('./exec.ts')).exec(id, words, options, context())
    })
  command
    .command('ps <id> [options...]')
    .description('list the processes of a container')
    .addOption(new Option('-f, --format <format>').choices(['table', 'json']).default('table'))
    .passThroughOptions()
    .action(async (id, words, options) => (await import('./ps.ts')).ps(id, words, options, context()))
  updating(command.command('update <id>').description('change limits')).action(async (id, options) =>
    (await import('./update.ts')).update(id, options, context()),
  )
}

function updating(command: Command): Command {
  return command
    .option('-r, --resources <file>', 'linux.resources as JSON, from a file or - for stdin')
    .option('--blkio-weight <n>', 'weight of IO, 10 to 1000')
    .option('--cpu-period <us>', 'period of the quota, microseconds')
    .option('--cpu-quota <us>', 'CPU time in a period, microseconds')
    .option('--cpu-burst <us>', 'CPU time that may be saved up, microseconds')
    .option('--cpu-share <n>', 'weight of CPU time, as in cgroup v1')
    .option('--cpu-idle <n>', '1: run when nobody else wants to')
    .option('--cpuset-cpus <list>', 'CPUs to use')
    .option('--cpuset-mems <list>', 'memory nodes to use')
    .option('--memory <bytes>', 'limit of memory')
    .option('--memory-reservation <bytes>', 'memory that is left to it as long as possible')
    .option('--memory-swap <bytes>', 'limit of memory and swap together; -1: none')
    .option('--pids-limit <n>', 'limit of processes')
}

function addReports(command: Command, context: GetContext): void {
  command
    .command('state <id>')
    .description('print the state of a container')
    .action(async (id) => (await import('./reports.ts')).state(id, context()))
  command
    .command('list')
    .alias('ls')
    .description('list the containers')
    .addOption(new Option('-f, --format <format>').choices(['table', 'json']).default('table'))
    .option('-q, --quiet', 'ids alone')
    .action(async (options) => (await import('./reports.ts')).list(options, context()))
  command
    .command('events <id>')
    .description('print statistics and events as JSON lines')
    .option('--interval <duration>', 'between statistics, e.g. 5s or 500ms', '5s')
    .option('--stats', 'print the statistics once')
    .action(async (id, options) => (await import('./events.ts')).events(id, options, context()))
  command
    .command('spec')
    .description('write a config.json to start from')
    .option('-b, --bundle <directory>', 'where to write it', '.')
    .option('--rootless', 'for an ordinary user')
    .action(async (options) => (await import('./spec.ts')).spec(options))
  command
    .command('features')
    .description('print the OCI features document')
    .action(async () => (await import('./reports.ts')).printFeatures())
  command
    .command('explain')
    .description('print every act of creating a container, without doing it')
    .option('-b, --bundle <directory>', 'the bundle', '.')
    .action(async (options) => (await import('./reports.ts')).printPlan(options))
  command
    .command('doctor')
    .description('try out what this machine can do for containers, and say what to do where it cannot')
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./reports.ts')).printDoctor(options, context()))
}
