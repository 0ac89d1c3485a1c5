// The operation that puts the process under a system call filter.
// In init, after pivot where there is one.
#include "control.h"
#include "ops.gen.h"

namespace init {

namespace {

constexpr unsigned kSetModeFilter = 1;  // SECCOMP_SET_MODE_FILTER
constexpr uint32_t kNewListener = 8;    // SECCOMP_FILTER_FLAG_NEW_LISTENER
constexpr uint32_t kMostInstructions = 4096;

// struct sock_fprog. The kernel copies the program, from any address.
struct Program {
  uint16_t length;
  const uint8_t* filter;
};

// A process may be looked into when it can be dumped, or by who has CAP_SYS_PTRACE in the user namespace that its program
// was executed in. Where that is the parent's own, an ordinary user has not. By then the filter holds, the rights are the
// program's, and no descriptor is open that it does not get.
Result setDumpable(Context& context, bool dumpable) {
  TRY("dumpable", prctl, PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0);
  return Result::kOk;
}

// By write(2), since the filter may have been made not to notify of that, and by its number alone: to hand a descriptor over
// would take sendmsg(2). A parent that has gone cannot answer for the kernel, and by SIGPIPE this process goes too.
Result handOver(Context& context, long listener) {
  const wire::FrameHeader header{wire::kListener, context.index, 0, 0, 0, static_cast<uint64_t>(listener)};
  TRY("control socket", write, context.control, &header, sizeof header);
  if (receiveProceed(context, true) != Proceed::kNow) return Result::kFailed;
  context.release(listener);
  return Result::kOk;
}

}  // namespace

Result run(Context& context, const OpSeccomp& op) {
  const uint32_t instructions = op.program.count / 2;
  if (op.program.count % 2 != 0 || instructions > kMostInstructions) {
    return context.fail(-EINVAL, "", "", "the program is not one");
  }
  const Program program{static_cast<uint16_t>(instructions), op.program.bytes};
  const long result = TRY("", seccomp, kSetModeFilter, op.flags, &program);
  if ((op.flags & kNewListener) == 0) return Result::kOk;
  if (!op.dumpable) return handOver(context, result);
  CHECK(setDumpable(context, true));
  CHECK(handOver(context, result));
  return setDumpable(context, false);
}

}  // namespace init
