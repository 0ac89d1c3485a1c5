// Which signals this program ignores.
#pragma once

#include <cstdint>

namespace addon {

// Bit n - 1 for signal n. All of them where the kernel cannot be asked. Any thread.
uint64_t ignored_signals();

}  // namespace addon
