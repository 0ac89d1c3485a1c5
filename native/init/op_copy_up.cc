// The operation that fills a mount with what it is about to cover.
// In init, before pivot.
#include <linux/mman.h>

#include "ops.gen.h"
#include "root_path.h"

namespace init {

namespace {

constexpr int kMostNested = 200;  // each level holds two descriptors
constexpr size_t kListing = 32 << 10;
constexpr size_t kMostAtOnce = 1 << 30;
constexpr size_t kMostAttributes = 64 << 10;  // XATTR_LIST_MAX, XATTR_SIZE_MAX
constexpr uint16_t kPermissions = 07777;
constexpr uint16_t kRegular = 0100000, kLink = 0120000;

struct Entry {  // struct linux_dirent64
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

struct Time {  // struct timespec
  int64_t seconds;
  int64_t nanoseconds;
};

bool isDots(const char* name) {
  return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

// An id that this user namespace does not have cannot be given: the file stays with its maker.
Result copyOwner(Context& context, int fd, const char* name, const kernel::Status& status) {
  const long result =
      SYS(fchownat, fd, name, status.uid, status.gid, AT_SYMLINK_NOFOLLOW | (*name == 0 ? AT_EMPTY_PATH : 0));
  if (result < 0 && result != -EINVAL) return context.fail(result, "fchownat", name);
  return Result::kOk;
}

// What the new filesystem, or this user namespace, does not have cannot be given.
bool isRefused(long result) {
  return result == -EOPNOTSUPP || result == -EPERM || result == -EINVAL;
}

Result copyNamed(Context& context, int from, int to, const char* name, const char* attribute, char* value) {
  const long size = SYS(fgetxattr, from, attribute, value, kMostAttributes);
  if (isRefused(size)) return Result::kOk;
  if (size < 0) return context.fail(size, "fgetxattr", name, attribute);
  const long result = SYS(fsetxattr, to, attribute, value, size, 0);
  if (result < 0 && !isRefused(result)) return context.fail(result, "fsetxattr", name, attribute);
  return Result::kOk;
}

// After owner and mode, which take capabilities and entries of access lists away.
Result copyAttributes(Context& context, int from, int to, const char* name) {
  if (const long length = SYS(flistxattr, from, nullptr, 0); length == 0 || length == -EOPNOTSUPP) return Result::kOk;
  const long memory =
      TRY("", mmap, 0, 2 * kMostAttributes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  auto* const names = reinterpret_cast<char*>(memory);
  const long length = TRY(name, flistxattr, from, names, kMostAttributes);
  for (const char* each = names; each < names + length; each += __builtin_strlen(each) + 1) {
    CHECK(copyNamed(context, from, to, name, each, names + kMostAttributes));
  }
  SYS(munmap, memory, 2 * kMostAttributes);
  return Result::kOk;
}

Result copyTimes(Context& context, int directory, const char* name, const kernel::Status& status) {
  // Access and modification: the first and the last of the four in struct statx.
  const Time times[2] = {{static_cast<int64_t>(status.times[0]), static_cast<int64_t>(status.times[1] & 0xffffffff)},
                         {static_cast<int64_t>(status.times[6]), static_cast<int64_t>(status.times[7] & 0xffffffff)}};
  TRY(name, utimensat, directory, name, times, AT_SYMLINK_NOFOLLOW);
  return Result::kOk;
}

Result copyFile(Context& context, int from, int to, const char* name) {
  const long source = TRY(name, openat, from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  kernel::Status status;
  CHECK(statusOf(context, static_cast<int>(source), STATX_BASIC_STATS, status, name));
  if ((status.mode & S_IFMT) != kRegular) return context.fail(-EBUSY, "openat", name, "was replaced by another file");
  const long copy = TRY(name, openat, to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  while (TRY(name, sendfile, copy, source, nullptr, kMostAtOnce) > 0) continue;
  // The owner first: changing it takes away set-id bits.
  CHECK(copyOwner(context, static_cast<int>(copy), "", status));
  TRY(name, fchmod, copy, status.mode & kPermissions);
  CHECK(copyAttributes(context, static_cast<int>(source), static_cast<int>(copy), name));
  SYS(close, source);
  SYS(close, copy);
  return Result::kOk;
}

Result copyLink(Context& context, int from, int to, const char* name) {
  char* text = context.scratch();
  const long length = TRY(name, readlinkat, from, name, text, PATH_MAX - 1);
  text[length] = 0;
  TRY(name, symlinkat, text, to, name);
  return Result::kOk;
}

Result copyDirectory(Context& context, int from, int to, int depth);

Result copySubdirectory(Context& context, int from, int to, const char* name, const kernel::Status& status, int depth) {
  constexpr int kHow = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const long source = TRY(name, openat, from, name, kHow);
  TRY(name, mkdirat, to, name, 0700);
  const long copy = TRY(name, openat, to, name, kHow);
  CHECK(copyDirectory(context, static_cast<int>(source), static_cast<int>(copy), depth + 1));
  CHECK(copyOwner(context, static_cast<int>(copy), "", status));
  TRY(name, fchmod, copy, status.mode & kPermissions);
  CHECK(copyAttributes(context, static_cast<int>(source), static_cast<int>(copy), name));
  SYS(close, source);
  SYS(close, copy);
  return Result::kOk;
}

Result copyNode(Context& context, int to, const char* name, const kernel::Status& status) {
  const uint32_t device =
      (status.rdev_minor & 0xff) | (status.rdev_major << 8) | ((status.rdev_minor & ~uint32_t{0xff}) << 12);
  TRY(name, mknodat, to, name, status.mode, device);
  return Result::kOk;
}

Result copyEntry(Context& context, int from, int to, const char* name, int depth) {
  kernel::Status status;
  TRY(name, statx, from, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status);
  switch (status.mode & S_IFMT) {
    case S_IFDIR:
      CHECK(copySubdirectory(context, from, to, name, status, depth));
      break;
    case kRegular:
      CHECK(copyFile(context, from, to, name));
      break;
    case kLink:
      CHECK(copyLink(context, from, to, name));
      CHECK(copyOwner(context, to, name, status));
      break;
    default:
      CHECK(copyNode(context, to, name, status));
      CHECK(copyOwner(context, to, name, status));
  }
  return copyTimes(context, to, name, status);
}

Result copyDirectory(Context& context, int from, int to, int depth) {
  if (depth > kMostNested) return context.fail(-ELOOP, "", "", "directories are nested too deep to be copied");
  const long memory = TRY("", mmap, 0, kListing, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const auto* listing = reinterpret_cast<const uint8_t*>(memory);
  while (const long length = TRY("", getdents64, from, listing, kListing)) {
    for (long at = 0; at < length;) {
      const auto* entry = reinterpret_cast<const Entry*>(listing + at);
      at += entry->length;
      if (!isDots(entry->name)) CHECK(copyEntry(context, from, to, entry->name, depth));
    }
  }
  SYS(munmap, memory, kListing);
  return Result::kOk;
}

Result copyRoot(Context& context, int from, int to) {
  kernel::Status status;
  CHECK(statusOf(context, from, STATX_BASIC_STATS, status, "/"));
  CHECK(copyOwner(context, to, "", status));
  TRY("/", fchmod, to, status.mode & kPermissions);
  CHECK(copyAttributes(context, from, to, "/"));
  return Result::kOk;
}

}  // namespace

Result run(Context& context, const OpCopyUp& op) {
  int mount;
  CHECK(context.descriptor(op.tree, mount));
  const long from = openInRoot(context.root, op.path.data, O_RDONLY | O_DIRECTORY);
  if (from == -ENOENT) return Result::kOk;
  if (from < 0) return context.fail(from, "openat2", op.path);
  // A detached mount is held by a path descriptor, which is none to make or change files through.
  const long to = TRY(op.path, openat, mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK(copyDirectory(context, static_cast<int>(from), static_cast<int>(to), 0));
  if (op.root) CHECK(copyRoot(context, static_cast<int>(from), static_cast<int>(to)));
  context.release(from);
  context.release(to);
  return Result::kOk;
}

}  // namespace init
