// Operations on the process: session, stdio, limits, umask, working directory.
// In init, before and after pivot.
#include <linux/resource.h>

#include "ops.gen.h"
#include "procfs.h"
#include "root_path.h"

namespace init {

namespace {

constexpr uint32_t kKeep = ~uint32_t{0};

}  // namespace

Result run(Context& context, const OpNewSession&) {
  TRY("", setsid);
  return Result::kOk;
}

Result run(Context& context, const OpSetStdio& op) {
  const Slot slots[] = {op.stdin, op.stdout, op.stderr};
  for (int number = 0; number < 3; number++) {
    int fd;
    CHECK(context.descriptor(slots[number], fd));
    TRY("", dup3, fd, number, 0);
  }
  context.has_stdio = true;
  return Result::kOk;
}

// A descriptor that its user cannot own still works; it only cannot be opened again by name.
Result run(Context& context, const OpOwnStdio& op) {
  for (int number = 0; number < 3; number++) {
    kernel::Status status;
    CHECK(statusOf(context, number, STATX_BASIC_STATS, status, "stdio"));
    // A file or a terminal belongs to whoever opened it, and stays his; a pipe or socket was made for this.
    const bool is_ours = (status.mode & S_IFMT) == S_IFIFO || (status.mode & S_IFMT) == S_IFSOCK;
    if (status.uid == op.uid || !is_ours) continue;
    long result = SYS(fchown, number, op.uid, kKeep);
    if (result < 0 && result != -EPERM && result != -EROFS && result != -EINVAL) {
      return context.fail(result, "fchown", "stdio");
    }
  }
  return Result::kOk;
}

Result run(Context& context, const OpSetRlimit& op) {
  const uint64_t limit[] = {op.soft, op.hard};
  TRY("", prlimit64, 0, op.resource, limit, nullptr);
  // The next operations open descriptors too, and below the limit.
  if (op.resource == RLIMIT_NOFILE && op.soft < 64) context.released.obey(op.soft);
  return Result::kOk;
}

Result run(Context& context, const OpSetOomScoreAdj& op) {
  char text[12];
  char* end = text + sizeof text;
  char* digit = end;
  int64_t rest = op.value < 0 ? -int64_t{op.value} : op.value;
  for (; digit == end || rest > 0; rest /= 10) *--digit = static_cast<char>('0' + rest % 10);
  if (op.value < 0) *--digit = '-';
  return writeProcFile(context, "self", "oom_score_adj", {digit, static_cast<uint32_t>(end - digit)});
}

Result run(Context&, const OpSetUmask& op) {
  SYS(umask, op.mask);
  return Result::kOk;
}

// A working directory outside the root has no path there, and getcwd says so (CVE-2024-21626).
Result run(Context& context, const OpChangeDirectory& op) {
  TRY(op.path, chdir, op.path.data);
  char* text = context.scratch();
  TRY(op.path, getcwd, text, PATH_MAX);
  if (text[0] != '/') return context.fail(-ENOENT, "getcwd", op.path, "unreachable from the root");
  context.has_directory = true;
  return Result::kOk;
}

}  // namespace init
