// Unblocks signals: they were all blocked while init shared a program's memory.
// In init, before pivot.
#include "signals.h"

namespace init {

void unblockSignals() {
  const uint64_t none = 0;
  SYS(rt_sigprocmask, kernel::kSigSetmask, &none, nullptr, sizeof none);
}

}  // namespace init
