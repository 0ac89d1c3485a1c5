// embed.cjs <image> <out.S>: writes an assembly file that carries the built init inside the addon.
'use strict'

const { createHash } = require('node:crypto')
const { readFileSync, writeFileSync } = require('node:fs')
const { resolve } = require('node:path')

const [image, output] = process.argv.slice(2)
const path = resolve(image).replace(/["\\]/g, '\\$&')
const digest = createHash('sha256').update(readFileSync(image)).digest('hex')

/** A symbol that the addon sees and nobody who loads it. */
const symbol = (name) => `	.global ${name}
	.hidden ${name}
	.type ${name}, %object
${name}:
`

// make does not know that .incbin reads a file: the digest makes this text, and so the object, follow the image.
// Without .note.GNU-stack the linker would give the whole of Node an executable stack.
writeFileSync(
  output,
  `	.section .rodata.libcontainer_init,"a",%progbits
	.balign 16
${symbol('libcontainer_init_image')}	.incbin "${path}"
${symbol('libcontainer_init_image_end')}	.byte 0
${symbol('libcontainer_init_sha256')}	.asciz "${digest}"
	.section .note.GNU-stack,"",%progbits
`,
)
