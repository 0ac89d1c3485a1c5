// Operations that wait: for the parent, and for the start.
// In init, before and after pivot.
#include "control.h"
#include "ops.gen.h"

namespace init {

namespace {

constexpr uint32_t kNameRoom = 16;  // TASK_COMM_LEN

// What ps shows: `sync:` and the point, or `waitStart`.
void showState(String what, String which) {
  char name[kNameRoom] = {};
  uint32_t length = 0;
  auto append = [&](String text) {
    for (uint32_t i = 0; i < text.length && length < kNameRoom - 1; i++) name[length++] = text.data[i];
  };
  append(what);
  append(which);
  SYS(prctl, PR_SET_NAME, name, 0, 0, 0);
}

// Not a mount, not a directory, nor a procfs.
Result letGoOfHost(Context& context, int also = -1) {
  const bool has_passed = context.plan.passed_fds > 0;
  const long result = context.closeRest(has_passed ? context.slots[0] : wire::kControlFd, also);
  if (result < 0) return context.fail(result, "close_range", "");
  for (uint32_t i = context.plan.passed_fds; i < context.plan.header.slots; i++) context.slots[i] = -1;
  context.released.forget();
  context.root = context.procfs = context.mask_directory = context.parent = -1;
  return Result::kOk;
}

}  // namespace

Result run(Context& context, const OpSync& op) {
  // When the parent has said so beforehand, and wants no word, this is all.
  Proceed proceed = op.announce ? Proceed::kNotYet : receiveProceed(context, false);
  if (proceed == Proceed::kNotYet) {
    context.released.flush();
    showState("sync:", op.point);
    if (op.announce) sendFrame(context, wire::kSync);
    proceed = receiveProceed(context, true);
  }
  return proceed == Proceed::kNow ? Result::kOk : Result::kFailed;
}

Result run(Context& context, const OpCloseDescriptors& op) {
  int kept = -1;
  if (op.keep.isSet()) CHECK(context.descriptor(op.keep, kept));
  CHECK(letGoOfHost(context, kept));
  if (op.keep.isSet()) context.store(op.keep, kept);
  return Result::kOk;
}

// The child is one of the parent's, not of ours, and in the group of this process: should we end before we can tell of it,
// the parent finds it there.
Result run(Context& context, const OpFork& op) {
  TRY("", setpgid, 0, 0);
  context.released.flush();
  const long pid = TRY("", clone, CLONE_PARENT | op.namespaces, 0, 0, 0, 0);
  if (pid > 0) {
    sendFrame(context, wire::kForked, static_cast<uint64_t>(pid));
    quit(0);
  }
  return receiveProceed(context, true) == Proceed::kNow ? Result::kOk : Result::kFailed;
}

// The gate is a FIFO that the parent opened for reading and writing: while init waits there is no end of file, whoever
// else comes and goes. docs/decisions/0004-start-gate.md
Result run(Context& context, const OpWaitStart& op) {
  int gate;
  CHECK(context.descriptor(op.gate, gate));
  context.gate = gate;
  CHECK(letGoOfHost(context));
  showState("waitStart", "");
  sendFrame(context, wire::kDone);
  context.is_done = true;

  char byte;
  long length;
  do {
    length = SYS(read, gate, &byte, 1);
  } while (length == -EINTR);
  if (length < 0) return context.fail(length, "read", "start gate");
  if (length == 0) return context.fail(-EPIPE, "read", "start gate", "it was not opened for reading and writing");
  return Result::kOk;
}

}  // namespace init
