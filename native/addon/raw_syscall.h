// System calls by instruction alone, for code that runs in a child which still shares this process's memory.
//
// A libc wrapper would write errno into the thread-local storage of the parent's thread; a sanitizer would look up the
// child's stack among those it knows. Neither may happen there.
#pragma once

#define ADDON_CHILD_CODE __attribute__((no_sanitize("address"), no_sanitize("undefined")))
#define ADDON_CHILD_INLINE ADDON_CHILD_CODE __attribute__((always_inline)) inline

namespace addon {

#if defined(__x86_64__)

ADDON_CHILD_INLINE long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

ADDON_CHILD_INLINE long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}

#else
#error "libcontainer knows x86-64 and aarch64"
#endif

template <typename T>
ADDON_CHILD_INLINE long raw_pointer(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

}  // namespace addon
