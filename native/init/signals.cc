// Undoes what Node, and whoever started it, have done to signals. Handlers are gone since execve; ignored ones remain.
// In init, before pivot.
#include "signals.h"

namespace init {

namespace {

constexpr size_t kStatusSize = 4096;
constexpr uint64_t kAll = ~uint64_t{0};

// The number behind a line's name in /proc/self/status: 16 hexadecimal digits. `otherwise` when it is not there.
uint64_t findMask(const char* text, size_t length, String name, uint64_t otherwise) {
  constexpr size_t kDigits = 16;
  for (size_t i = 0; i + name.length + kDigits <= length; i++) {
    if (__builtin_memcmp(text + i, name.data, name.length) != 0) continue;
    uint64_t mask = 0;
    for (size_t digit = i + name.length; digit < i + name.length + kDigits; digit++) {
      const char c = text[digit];
      mask = mask << 4 | static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return mask;
  }
  return otherwise;
}

// Which signals are ignored. Asking the host's /proc takes two calls instead of one for each of 62 signals; where it
// cannot be asked, all are taken for ignored.
uint64_t ignoredSignals(Arena& arena) {
  long file = SYS(openat, AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (file < 0) return kAll;
  // Where the plan will come to lie: no page is touched that would not be anyway.
  const auto* text = reinterpret_cast<const char*>(arena.next());
  const long length = SYS(read, file, text, kStatusSize);
  SYS(close, file);
  return length < 0 ? kAll : findMask(text, static_cast<size_t>(length), "\nSigIgn:\t", kAll);
}

}  // namespace

void resetSignals(Arena& arena) {
  const kernel::SignalAction by_default{};
  const uint64_t ignored = ignoredSignals(arena);
  for (int signal = 1; signal <= kernel::kSignals; signal++) {
    if (signal == kernel::kSigKill || signal == kernel::kSigStop) continue;
    if (((ignored >> (signal - 1)) & 1) == 0) continue;
    SYS(rt_sigaction, signal, &by_default, nullptr, sizeof by_default.mask);
  }
  const uint64_t none = 0;
  SYS(rt_sigprocmask, kernel::kSigSetmask, &none, nullptr, sizeof none);
}

}  // namespace init
