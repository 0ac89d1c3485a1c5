// The operation that runs another program on the way.
// In init, before and after pivot.
#include <linux/memfd.h>

#include "control.h"
#include "ops.gen.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

namespace init {

namespace {

constexpr int kReportFd = 3;
constexpr size_t kShownOutput = 1024;

// Why the child could not become the program. It has a copy of this process's memory: a pointer means the same there.
struct Report {
  long error;
  const char* syscall;
};

struct Hook {
  int input;
  int output;
  int pipe[2];  // a Report, or nothing, comes through it
  int pidfd;
  long pid;
};

long makeFile(const char* name) {
  const long fd = SYS(memfd_create, name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
  return fd == -EINVAL ? SYS(memfd_create, name, MFD_CLOEXEC) : fd;  // before Linux 6.3
}

// Files and not pipes: nobody has to read or write while the program runs.
Result openFiles(Context& context, Hook& hook) {
  const long input = makeFile("hook-input");
  if (input < 0) return context.fail(input, "memfd_create", "hook-input");
  hook.input = static_cast<int>(input);
  for (uint32_t done = 0; done < context.text.length;) {
    done += static_cast<uint32_t>(TRY("hook-input", write, input, context.text.data + done, context.text.length - done));
  }
  TRY("hook-input", lseek, input, 0, 0 /* SEEK_SET */);
  const long output = makeFile("hook-output");
  if (output < 0) return context.fail(output, "memfd_create", "hook-output");
  hook.output = static_cast<int>(output);
  TRY("", pipe2, hook.pipe, O_CLOEXEC);
  return Result::kOk;
}

void closeFiles(Context& context, const Hook& hook) {
  const int used[] = {hook.input, hook.output, hook.pipe[0], hook.pidfd};
  for (int fd : used) context.release(fd);
}

#define STEP(name, ...)                                                \
  do {                                                                 \
    report = {SYS(name __VA_OPT__(, __VA_ARGS__)), #name};             \
    if (report.error < 0) return report;                               \
  } while (false)

// Returns only when it fails.
Report becomeProgram(const OpRunHook& op, const Hook& hook, int directory, const char** args, const char** env) {
  Report report{};
  STEP(setsid);
  // Init's own is zero.
  SYS(umask, 022);
  if (directory < 0) {
    STEP(chdir, "/");
  } else {
    STEP(fchdir, directory);
  }
  STEP(dup3, hook.input, 0, 0);
  STEP(dup3, hook.output, 1, 0);
  STEP(dup3, hook.output, 2, 0);
  // Not only marked close-on-exec: the kernel looks up the program before it closes those (CVE-2024-21626).
  if (hook.pipe[1] != kReportFd) STEP(dup3, hook.pipe[1], kReportFd, O_CLOEXEC);
  STEP(close_range, kReportFd + 1, ~0U, 0);
  STEP(execve, op.path.data, args, env);
  return report;
}

#undef STEP

const char** pointers(Strings strings, const char** to) {
  for (String each : strings) *to++ = each.data;
  *to = nullptr;
  return to + 1;
}

Result startProgram(Context& context, const OpRunHook& op, Hook& hook) {
  int directory = -1;
  if (op.directory.isSet()) CHECK(context.descriptor(op.directory, directory));
  const size_t count = size_t{op.args.count} + op.env.count + 2;
  const char** args = static_cast<const char**>(context.arena.take(count * sizeof(char*)));
  const char** env = pointers(op.args, args);
  pointers(op.env, env);

  hook.pid = TRY(op.name.data, clone, CLONE_PIDFD | kernel::kSigChld, 0, &hook.pidfd, 0, 0);
  if (hook.pid == 0) {
    const Report report = becomeProgram(op, hook, directory, args, env);
    SYS(write, kReportFd, &report, sizeof report);
    quit(127);
  }
  SYS(close, hook.pipe[1]);
  return Result::kOk;
}

void end(const Hook& hook) {
  SYS(kill, -hook.pid, kernel::kSigKill);
  // Before setsid it has no group of its own.
  SYS(kill, hook.pid, kernel::kSigKill);
}

uint64_t milliseconds() {
  kernel::Time time{};
  SYS(clock_gettime, 1 /* CLOCK_MONOTONIC */, &time);
  return static_cast<uint64_t>(time.seconds) * 1000 + static_cast<uint64_t>(time.nanoseconds) / 1000000;
}

// Whether it ended in time. While the parent is needed, its end is ours and the program's.
bool waitInTime(const Context& context, const Hook& hook, uint32_t timeout) {
  const uint64_t deadline = milliseconds() + timeout;
  for (;;) {
    kernel::PollEntry entries[] = {{hook.pidfd, kernel::kPollIn, 0}, {context.is_done ? -1 : context.control, 0, 0}};
    const uint64_t now = milliseconds();
    if (timeout != 0 && now >= deadline) return false;
    const uint64_t left = deadline - now;
    const kernel::Time time{static_cast<int64_t>(left / 1000), static_cast<int64_t>(left % 1000 * 1000000)};
    SYS(ppoll, entries, 2, timeout == 0 ? nullptr : &time, nullptr, 0);
    if (entries[0].ready != 0) return true;
    if ((entries[1].ready & kernel::kPollHangup) != 0) {
      end(hook);
      quit(1);
    }
  }
}

// A message in pieces, in memory that nothing else uses.
class Text {
 public:
  explicit Text(Context& context) : start_(static_cast<char*>(context.arena.take(kRoom))) { start_[0] = 0; }
  void add(const char* text) {
    while (*text != 0 && length_ < kRoom - 1) start_[length_++] = *text++;
    start_[length_] = 0;
  }
  void add(int number) {
    char digits[12];
    char* at = digits + sizeof digits - 1;
    *at = 0;
    do {
      *--at = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    add(at);
  }
  // The end of what the program wrote.
  void addOutput(int file) {
    char output[kShownOutput + 1];
    const long size = SYS(lseek, file, 0, 2 /* SEEK_END */);
    const long from = size > long{kShownOutput} ? size - long{kShownOutput} : 0;
    long length = SYS(pread64, file, output, kShownOutput, from);
    while (length > 0 && output[length - 1] == '\n') length--;
    if (length <= 0) return;
    // A NUL would end the message.
    for (long i = 0; i < length; i++) output[i] = output[i] == 0 ? '?' : output[i];
    output[length] = 0;
    add(": ");
    add(output);
  }
  const char* text() const { return start_; }

 private:
  static constexpr size_t kRoom = kShownOutput + 128;
  char* start_;
  size_t length_ = 0;
};

Result judge(Context& context, const OpRunHook& op, const Hook& hook, bool in_time) {
  kernel::Ended ended{};
  TRY(op.name.data, waitid, kernel::kWaitPid, hook.pid, &ended, kernel::kWaitExited, nullptr);
  const bool exited = ended.code == kernel::kChildExited;
  if (in_time && exited && ended.status == 0) return Result::kOk;
  Text message(context);
  if (!in_time) {
    message.add("it was killed, having run for ");
    message.add(static_cast<int>(op.timeout / 1000));
    message.add(" s");
  } else {
    message.add(exited ? "it exited with " : "it was ended by signal ");
    message.add(ended.status);
  }
  message.addOutput(hook.output);
  return context.fail(0, "", op.name, message.text());
}

}  // namespace

Result run(Context& context, const OpRunHook& op) {
  context.released.flush();
  Hook hook{};
  CHECK(openFiles(context, hook));
  CHECK(startProgram(context, op, hook));
  // Until the program is executed, or the child has said why it is not.
  Report report{};
  if (SYS(read, hook.pipe[0], &report, sizeof report) == sizeof report) {
    SYS(waitid, kernel::kWaitPid, hook.pid, nullptr, kernel::kWaitExited, nullptr);
    return context.fail(report.error, report.syscall, op.name);
  }
  const bool in_time = waitInTime(context, hook, op.timeout);
  if (!in_time) end(hook);
  const Result result = judge(context, op, hook, in_time);
  closeFiles(context, hook);
  return result;
}

}  // namespace init
