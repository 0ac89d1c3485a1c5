// Opening and using the private procfs.
// In init, before and after pivot.
#include "procfs.h"

#include "filesystem.h"
#include "root_path.h"

namespace init {

namespace {

constexpr uint64_t kResolve = kernel::kResolveBeneath | kernel::kResolveNoXdev | kernel::kResolveNoMagiclinks;

// The root of a procfs, whatever else may be mounted at the same place.
bool isProcRoot(int fd) {
  kernel::StatFs filesystem;
  kernel::Status status;
  return SYS(fstatfs, fd, &filesystem) == 0 && filesystem.type == kernel::kProcMagic &&
         SYS(statx, fd, "", AT_EMPTY_PATH, STATX_INO, &status) == 0 && status.inode == kernel::kProcRootInode;
}

// For a process that may not mount one: its pid namespace belongs to another user namespace, or /proc has parts that a
// user namespace may not uncover. The mount at /proc itself will do: NO_XDEV stops at whatever lies over its files.
Result borrowProcfs(Context& context) {
  const int proc =
      static_cast<int>(TRY("/proc", openat, AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!isProcRoot(proc)) return context.fail(-ENODEV, "fstatfs", "/proc", "not a procfs");
  context.procfs = proc;
  return Result::kOk;
}

}  // namespace

Result openProcfs(Context& context) {
  if (context.procfs >= 0) return Result::kOk;
  const uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  if (makeFilesystem(context, {"proc", "", {}, static_cast<uint32_t>(attributes), "private procfs", nullptr},
                     context.procfs) == Result::kOk) {
    return Result::kOk;
  }
  return borrowProcfs(context);
}

Result writeProcFile(Context& context, const char* directory, String name, String text) {
  CHECK(openProcfs(context));
  // First the directory, then beneath it: a `..` in the name cannot reach another part of procfs.
  long parent = openScoped(context.procfs, directory, O_PATH | O_DIRECTORY, kResolve);
  if (parent < 0) return context.fail(parent, "openat2", directory);
  long file = openScoped(static_cast<int>(parent), name.data, O_WRONLY, kResolve | kernel::kResolveNoSymlinks);
  if (file == -EACCES) {
    // The files of a process that cannot be dumped belong to root.
    TRY(name, prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
    file = openScoped(static_cast<int>(parent), name.data, O_WRONLY, kResolve | kernel::kResolveNoSymlinks);
    TRY(name, prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  }
  if (file == -EXDEV) return context.fail(file, "openat2", name, "something is mounted over it");
  if (file < 0) return context.fail(file, "openat2", name);
  long written = TRY(name, write, file, text.data, text.length);
  if (written != static_cast<long>(text.length)) return context.fail(-EIO, "write", name, "only a part was taken");
  context.release(file);
  context.release(parent);
  return Result::kOk;
}

Result openNamespaceLink(Context& context, const char* name, int& fd) {
  CHECK(openProcfs(context));
  const long parent = openScoped(context.procfs, "self/ns", O_PATH | O_DIRECTORY, kResolve);
  if (parent < 0) return context.fail(parent, "openat2", "self/ns");
  // A magic link, which openat2 would not follow; setns(2) refuses what is no namespace.
  fd = static_cast<int>(TRY(name, openat, parent, name, O_RDONLY | O_CLOEXEC));
  context.release(parent);
  return Result::kOk;
}

Result changeMode(Context& context, int fd, uint32_t mode, const char* subject) {
  long result = SYS(fchmodat2, fd, "", mode, AT_EMPTY_PATH);
  if (result == 0) return Result::kOk;
  // EPERM: an older seccomp profile of an outer container answers so to what it does not know.
  if (result != -ENOSYS && result != -EPERM) return context.fail(result, "fchmodat2", subject);

  // Before 6.6 the only way to an O_PATH descriptor is its magic link.
  CHECK(openProcfs(context));
  char link[] = "self/fd/0000000000";
  char* end = link + sizeof link - 1;
  char* digit = end;
  for (int rest = fd; digit == end || rest > 0; rest /= 10) *--digit = static_cast<char>('0' + rest % 10);
  __builtin_memmove(link + 8, digit, static_cast<size_t>(end - digit) + 1);
  TRY(subject, fchmodat, context.procfs, link, mode);
  return Result::kOk;
}

}  // namespace init
