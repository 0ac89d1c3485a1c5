// Operations that find the program and become it.
// In init, after pivot where there is one.
#include "control.h"
#include "identity.h"
#include "ops.gen.h"
#include "root_path.h"

namespace init {

namespace {

// execve(2) would refuse a directory or a device with EACCES, only later.
long checkExecutable(const char* path) {
  long result = SYS(faccessat2, AT_FDCWD, path, 1 /* X_OK */, AT_EACCESS);
  if (result < 0) return result;
  kernel::Status status;
  result = SYS(statx, AT_FDCWD, path, 0, STATX_TYPE, &status);
  if (result < 0) return result;
  return (status.mode & S_IFMT) == S_IFREG ? 0 : -EACCES;
}

bool hasSlash(String name) {
  for (uint32_t i = 0; i < name.length; i++) {
    if (name.data[i] == '/') return true;
  }
  return false;
}

// What execvp(3) passes over to try the next directory.
bool isPassedOver(long error) {
  return error == -ENOENT || error == -ENOTDIR || error == -EACCES || error == -ESTALE || error == -ENODEV ||
         error == -ETIMEDOUT || error == -ENAMETOOLONG;
}

constexpr char kListenPid[] = "LISTEN_PID=";

// directory/name in `text`; an empty directory is the working directory.
long join(char* text, String directory, String name) {
  if (size_t{directory.length} + name.length + 2 > PATH_MAX) return -ENAMETOOLONG;
  size_t length = directory.length;
  __builtin_memcpy(text, directory.data, length);
  if (length > 0) text[length++] = '/';
  __builtin_memcpy(text + length, name.data, size_t{name.length} + 1);
  return 0;
}

Result search(Context& context, String name, String path) {
  char* text = static_cast<char*>(context.arena.take(PATH_MAX));
  long found = -ENOENT;
  // Without PATH there is nowhere to look: the working directory is searched only for whoever names it.
  for (uint32_t start = 0; !path.empty() && start <= path.length;) {
    uint32_t stop = start;
    while (stop < path.length && path.data[stop] != ':') stop++;
    long result = join(text, {path.data + start, stop - start}, name);
    if (result == 0) result = checkExecutable(text);
    if (result == 0) {
      context.executable = text;
      return Result::kOk;
    }
    if (!isPassedOver(result)) return context.fail(result, "faccessat2", name);
    // One that exists and may not be run is the better explanation.
    if (result == -EACCES) found = result;
    start = stop + 1;
  }
  const char* const missing = path.empty() ? "there is no PATH to search" : "not found in PATH";
  return context.fail(found, "faccessat2", name, found == -EACCES ? "found in PATH, but not executable" : missing);
}

Result settle(Context& context, uint32_t passed_fds) {
  // Given descriptors have numbers above their slots', so none is overwritten before it is moved.
  for (uint32_t i = 0; i < passed_fds; i++) TRY("", dup3, context.slots[i], 3 + i, 0);
  // Closed and not only marked: the kernel looks up the program before it closes what is close-on-exec
  // (CVE-2024-21626). The socket and the gate are harmless there, and must last until the program runs: by their end
  // the parent, and whoever starts the container, see that it does.
  long result = context.closeRest(3);
  if (result < 0) return context.fail(result, "close_range", "");
  context.is_settled = true;
  if (!context.is_done) {
    sendFrame(context, wire::kDone);
    context.is_done = true;
  }
  return Result::kOk;
}

const char** pointers(Strings strings, const char** to) {
  for (String each : strings) *to++ = each.data;
  *to = nullptr;
  return to + 1;
}

}  // namespace

Result run(Context& context, const OpFindExecutable& op) {
  if (op.name.empty()) return context.fail(-ENOENT, "", "", "the program has no name");
  if (!hasSlash(op.name)) return search(context, op.name, op.path);
  long result = checkExecutable(op.name.data);
  if (result < 0) return context.fail(result, "faccessat2", op.name);
  context.executable = op.name.data;
  return Result::kOk;
}

Result run(Context& context, const OpFindListenPid&) {
  char digits[10];
  size_t count = 0;
  auto pid = static_cast<uint32_t>(TRY("", getpid));
  for (; pid > 0; pid /= 10) digits[count++] = static_cast<char>('0' + pid % 10);
  char* text = static_cast<char*>(context.arena.take(sizeof kListenPid + sizeof digits));
  context.listen_pid = text;
  __builtin_memcpy(text, kListenPid, sizeof kListenPid - 1);
  text += sizeof kListenPid - 1;
  while (count > 0) *text++ = digits[--count];
  *text = 0;
  return Result::kOk;
}

Result run(Context& context, const OpSettleDescriptors& op) {
  return settle(context, op.passed_fds);
}

Result run(Context& context, const OpExec& op) {
  if (context.executable == nullptr) return context.fail(-EINVAL, "", "", "findExecutable has not run");
  if (!context.has_stdio) return context.fail(-EINVAL, "", context.executable, "setStdio has not run");

  CHECK(dropBirthCapabilities(context));

  const size_t count = size_t{op.args.count} + op.env.count + 4;
  const char** arguments = static_cast<const char**>(context.arena.take(count * sizeof(char*)));
  const char** environment = pointers(op.args, arguments);
  const char** end = pointers(op.env, environment);
  const char* const added[] = {context.home, context.listen_pid};
  for (const char* each : added) {
    if (each == nullptr) continue;
    end[-1] = each;
    *end++ = nullptr;
  }

  if (!context.is_settled) CHECK(settle(context, op.passed_fds));
  TRY(context.executable, execve, context.executable, arguments, environment);
  return Result::kOk;
}

}  // namespace init
