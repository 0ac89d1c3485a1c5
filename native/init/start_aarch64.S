# The entry point on aarch64: calls start(). Arguments and environment are not looked at.
# In init, before pivot.
	.section .text.start,"ax",%progbits
	.global _start
	.type _start, %function
_start:
	mov x29, xzr
	mov x30, xzr
	bl start
	brk #0
	.size _start, . - _start
	.section .note.GNU-stack,"",%progbits
