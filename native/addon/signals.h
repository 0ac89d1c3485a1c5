// Signal masks of the addon's threads.
#pragma once

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

namespace addon {

// pthread_sigmask would need glibc 2.32 and cannot touch the signals that libc keeps for itself.
inline kernel::SignalSet set_signal_mask(kernel::SignalSet mask) {
  kernel::SignalSet previous = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &previous, sizeof mask);
  return previous;
}

constexpr kernel::SignalSet kAllSignals = ~kernel::SignalSet{0};

// All but 32 to 34: by them libc makes every thread follow when the program calls process.setuid, and waits for it.
constexpr kernel::SignalSet kThreadMask = kAllSignals & ~(kernel::SignalSet{7} << 31);

// While it lives, threads that this one starts are born with signals blocked: handlers of the program are not for them.
class BlockedSignals {
 public:
  explicit BlockedSignals(kernel::SignalSet mask = kThreadMask) : previous_(set_signal_mask(mask)) {}
  ~BlockedSignals() { set_signal_mask(previous_); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  kernel::SignalSet previous_;
};

}  // namespace addon
