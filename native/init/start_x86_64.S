# The entry point on x86-64: aligns the stack and calls start(). Arguments and environment are not looked at.
# In init, before pivot.
	.section .text.start,"ax",@progbits
	.global _start
	.type _start, @function
_start:
	xor %ebp, %ebp
	and $-16, %rsp
	call start
	hlt
	.size _start, . - _start
	.section .note.GNU-stack,"",@progbits
