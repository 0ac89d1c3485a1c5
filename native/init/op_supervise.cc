// The operation that makes init stay: what the first process of a pid namespace owes the others.
// In init, after pivot.
#include "control.h"
#include "ops.gen.h"

namespace init {

namespace {

constexpr uint64_t bit(int signal) {
  return uint64_t{1} << (signal - 1);
}

// All but those that init may bring upon itself.
constexpr uint64_t kHandedOn = ~(bit(kernel::kSigIll) | bit(kernel::kSigTrap) | bit(kernel::kSigAbrt) |
                                 bit(kernel::kSigBus) | bit(kernel::kSigFpe) | bit(kernel::kSigSegv) |
                                 bit(kernel::kSigSys));

// A group of its own, in the foreground: what is typed reaches it directly, and nothing twice.
Result leadGroup(Context& context) {
  TRY("", setpgid, 0, 0);
  const auto group = static_cast<int32_t>(SYS(getpid));
  // Fails where standard input is no terminal. SIGTTOU is blocked still.
  SYS(ioctl, 0, kernel::kTiocspgrp, &group);
  const uint64_t none = 0;
  TRY("", rt_sigprocmask, kernel::kSigSetmask, &none, nullptr, sizeof none);
  return Result::kOk;
}

// Ends with the child.
void reap(long child) {
  for (;;) {
    kernel::Ended ended{};
    const long result =
        SYS(waitid, kernel::kWaitAll, 0, &ended, kernel::kWaitExited | kernel::kWaitNoHang, nullptr);
    if (result < 0 || ended.pid == 0) return;
    if (ended.pid != child) continue;
    quit(ended.code == kernel::kChildExited ? ended.status : 128 + ended.status);
  }
}

[[noreturn]] void stayWith(long child) {
  // Changing the user may have made it readable.
  SYS(prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  SYS(prctl, PR_SET_NAME, "supervise", 0, 0, 0);
  // The control socket, or the parent would wait for its end; the streams, or nobody would see theirs.
  SYS(close_range, 0, ~0U, 0);
  for (;;) {
    const uint64_t set = kHandedOn;
    const long signal = SYS(rt_sigtimedwait, &set, nullptr, nullptr, sizeof set);
    if (signal == kernel::kSigChld) {
      reap(child);
    } else if (signal > 0) {
      SYS(kill, child, signal);
    }
  }
}

}  // namespace

// Signals are blocked from before the child is there: none is lost, and the kernel drops none that is meant for the
// first process of a pid namespace, as it does with those that are neither blocked nor handled.
Result run(Context& context, const OpSupervise&) {
  const uint64_t set = kHandedOn;
  TRY("", rt_sigprocmask, kernel::kSigBlock, &set, nullptr, sizeof set);
  // Where the pid namespace has another first process, orphans would go to that.
  TRY("", prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const long child = TRY("", clone, kernel::kSigChld, 0, 0, 0, 0);
  if (child == 0) return leadGroup(context);
  stayWith(child);
}

}  // namespace init
