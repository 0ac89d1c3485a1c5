// embed.cjs <image> <out.S>: writes an assembly file that carries the built init inside the addon.
'use strict'

const { createHash } = require('node:crypto')
const { readFileSync, writeFileSync } = require('node:fs')
const { resolve } = require('node:path')

const [image, output] = process.argv.slice(2)
const path = resolve(image).replace(/["\\]/g, '\\$&')
const digest = createHash('sha256').update(readFileSync(image)).digest('hex')

// make does not know that .incbin reads a file: the digest makes this text, and so the object, follow the image.
// Without .note.GNU-stack the linker would give the whole of Node an executable stack.
writeFileSync(
  output,
  `# sha256 ${digest}
	.section .rodata.libcontainer_init,"a",%progbits
	.balign 16
	.global libcontainer_init_image
	.hidden libcontainer_init_image
	.type libcontainer_init_image, %object
libcontainer_init_image:
	.incbin "${path}"
	.size libcontainer_init_image, . - libcontainer_init_image
	.global libcontainer_init_image_end
	.hidden libcontainer_init_image_end
	.type libcontainer_init_image_end, %object
libcontainer_init_image_end:
	.byte 0
	.section .note.GNU-stack,"",%progbits
`,
)
