// Commands in the manual: whether what is typed there is what the command line takes.
import type { Command } from 'commander'

/** What is wrong with `libcontainer …` as it is written in a block for the shell; nothing for other commands. */
export function complainAbout(line: string, program: Command): string[] {
  const words = line.replace(/ #.*/, '').split(/\s+/)
  const at = words.indexOf('libcontainer')
  const isCommand = at >= 0 && words.slice(0, at).every((word) => /^(\$|sudo|npx|exec|--\S+|\w+=\S*)$/.test(word))
  if (!isCommand) return []
  return readOptions(words.slice(at + 1), program)
}

function readOptions(words: readonly string[], command: Command): string[] {
  const problems: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word.startsWith('-') && word.length > 1) {
      const [name = '', value] = word.split('=')
      const option = command.options.find(({ long, short }) => long === name || short === name)
      if (option === undefined) problems.push(`${command.name()} has no option ${name}`)
      else if (value === undefined && !option.isBoolean() && option.required) index++
      continue
    }
    if (command.commands.length === 0) break // its arguments
    const found = command.commands.find((each) => each.name() === word || each.aliases().includes(word))
    return found === undefined
      ? [...problems, `no command ${word}`]
      : [...problems, ...readOptions(words.slice(index + 1), found)]
  }
  return problems
}
