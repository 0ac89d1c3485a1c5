// SYS(name, …): a system call by the name the kernel gives it, with arguments of any type. A negative result is −errno.
// In init, before and after pivot.
#pragma once

#include <asm/unistd.h>

#if defined(__x86_64__)
#include "system_call_x86_64.h"
#elif defined(__aarch64__)
#include "system_call_aarch64.h"
#else
#error "init has no system call stubs for this architecture"
#endif

#include "kernel.h"

namespace init {

template <typename T>
inline long word(T* pointer) {
  return reinterpret_cast<long>(pointer);
}
inline long word(decltype(nullptr)) {
  return 0;
}
template <typename T>
inline long word(T value) {
  return static_cast<long>(value);
}

#define SYS(name, ...) systemCall(__NR_##name __VA_OPT__(, SYS_WORDS(__VA_ARGS__)))
#define SYS_WORDS(...) SYS_PICK(__VA_ARGS__, SYS_6, SYS_5, SYS_4, SYS_3, SYS_2, SYS_1)(__VA_ARGS__)
#define SYS_PICK(a, b, c, d, e, f, chosen, ...) chosen
#define SYS_1(a) word(a)
#define SYS_2(a, b) word(a), word(b)
#define SYS_3(a, b, c) word(a), word(b), word(c)
#define SYS_4(a, b, c, d) word(a), word(b), word(c), word(d)
#define SYS_5(a, b, c, d, e) word(a), word(b), word(c), word(d), word(e)
#define SYS_6(a, b, c, d, e, f) word(a), word(b), word(c), word(d), word(e), word(f)

}  // namespace init
