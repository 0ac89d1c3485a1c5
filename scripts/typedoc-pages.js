// A plugin of typedoc: a page of the manual is called what its first heading says, and stands with its like.
import { basename, dirname } from 'node:path'
import { Converter } from 'typedoc'

const GROUPS = { guides: 'Guides', docs: 'Reference', decisions: 'Decisions' }

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const path = document.project.files.getReflectionPath(document) ?? document.name
    const [first] = document.content
    const [, name] = /^# (.+)\n/.exec(first?.text ?? '') ?? []
    if (name === undefined) throw new Error(`${path} does not begin with a heading`)
    document.name = name.replaceAll('`', '')
    document.frontmatter['group'] = GROUPS[basename(dirname(path))] ?? 'The project'
  })
}
