// Control flow of init: put the process in order, receive a plan, run its operations, report the one that fails.
// In init, before and after pivot.
#include "control.h"
#include "signals.h"

namespace init {

namespace {

// The control socket, and whatever a careless addon of the host program left: nothing of it may reach the program.
void setCloseOnExec() {
  SYS(close_range, wire::kControlFd, ~0U, CLOSE_RANGE_CLOEXEC);
}

// The passed descriptors will sit at 3 and above.
Result moveControl(Context& context) {
  if (context.plan.passed_fds == 0) return Result::kOk;
  long lowest = wire::kControlFd + long{context.plan.header.given} + 1;
  context.control = static_cast<int>(TRY("", fcntl, context.control, F_DUPFD_CLOEXEC, lowest));
  return Result::kOk;
}

uint64_t now() {
  struct {
    int64_t seconds, nanoseconds;
  } time{};
  SYS(clock_gettime, 1 /* CLOCK_MONOTONIC */, &time);
  return static_cast<uint64_t>(time.seconds) * 1000000000 + static_cast<uint64_t>(time.nanoseconds);
}

Result runNext(Context& context, Reader& operations) {
  if (context.plan.header.fail_at == context.index) return context.fail(-ECANCELED, "injected", "");
  OpId id;
  DecodedOp decoded;
  if (!nextOperation(operations, id, decoded)) return context.fail(-EBADMSG, "", "plan: changed after it was checked");
  return dispatch(context, id, decoded);
}

Result runPlan(Context& context) {
  Reader operations = context.plan.reader();
  const bool is_traced = (context.plan.header.flags & wire::kTrace) != 0;
  for (uint32_t index = 0; index < context.plan.header.ops; index++) {
    context.index = index;
    const uint64_t started = is_traced ? now() : 0;
    CHECK(runNext(context, operations));
    if (is_traced) sendFrame(context, wire::kTraced, now() - started);
  }
  return Result::kOk;
}

Result runAll(Context& context) {
  CHECK(receivePlan(context));
  // Not earlier: while init waits, the parent writes its id maps, and the /proc files of a process that cannot be
  // dumped belong to root. Not later: from here on host descriptors are in this process.
  TRY("", prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  CHECK(moveControl(context));
  return runPlan(context);
}

// All that init remembers, on the stack since that costs no mapping. In this order, and used from the low end, the
// frames below it, the context and an ordinary plan share two pages.
struct Memory {
  Arena arena{bytes, sizeof bytes};
  Context context{arena};
  // A packet, the slots, two paths and the vectors of an ordinary execve.
  alignas(8) uint8_t bytes[kPacketSize + wire::kMaxSlots * sizeof(int) + 2 * PATH_MAX + 4096];
};

}  // namespace

extern "C" [[noreturn]] void start() {
  setCloseOnExec();
  // Modes in a plan are exact.
  SYS(umask, 0);

  Memory memory;
  unblockSignals();
  if (runAll(memory.context) == Result::kOk) quit(0);
  sendFailure(memory.context);
  quit(1);
}

}  // namespace init
