// Operations about device nodes: made, taken from the host, opened again.
// In init, before and after pivot.
#include "ops.gen.h"
#include "procfs.h"
#include "root_path.h"

namespace init {

namespace {

constexpr uint16_t kPermissions = 07777;

// makedev(3): the encoding of a device number that mknodat(2) takes.
constexpr uint32_t deviceNumber(uint32_t major, uint32_t minor) {
  return (minor & 0xff) | (major << 8) | ((minor & ~uint32_t{0xff}) << 12);
}

bool isSameDevice(const kernel::Status& status, const OpMakeDevice& op) {
  if ((status.mode & S_IFMT) != op.type) return false;
  return op.type == S_IFIFO || (status.rdev_major == op.major && status.rdev_minor == op.minor);
}

bool isNull(const kernel::Status& status) {
  return (status.mode & S_IFMT) == S_IFCHR && status.rdev_major == 1 && status.rdev_minor == 3;
}

bool isAsWanted(const kernel::Status& status, const OpMakeDevice& op) {
  return (status.mode & kPermissions) == op.mode && status.uid == op.uid && status.gid == op.gid;
}

// Through a descriptor: the name could mean another file by now.
Result correct(Context& context, const OpMakeDevice& op, int directory, const char* name) {
  const int node = static_cast<int>(TRY(op.path, openat, directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  kernel::Status status;
  CHECK(statusOf(context, node, STATX_BASIC_STATS, status, op.path.data));
  if (!isSameDevice(status, op)) return context.fail(-EEXIST, "mknodat", op.path, "was replaced by another file");
  // The owner first: changing it takes away set-id bits.
  TRY(op.path, fchownat, node, "", op.uid, op.gid, AT_EMPTY_PATH);
  CHECK(changeMode(context, node, op.mode, op.path.data));
  context.release(node);
  return Result::kOk;
}

}  // namespace

Result run(Context& context, const OpMakeDevice& op) {
  if (op.type != S_IFCHR && op.type != S_IFBLK && op.type != S_IFIFO) {
    return context.fail(-EINVAL, "", op.path, "neither a device nor a FIFO");
  }
  if (op.major > 0xfff || op.minor > 0xfffff) {
    return context.fail(-EINVAL, "", op.path, "device numbers go to 4095:1048575");
  }
  int directory;
  const char* name;
  CHECK(openParent(context, op.path, directory, name));
  const uint32_t device = op.type == S_IFIFO ? 0 : deviceNumber(op.major, op.minor);
  long made = SYS(mknodat, directory, name, op.type | op.mode, device);
  if (made < 0 && made != -EEXIST) return context.fail(made, "mknodat", op.path);
  auto& yields = context.parent_yields;
  if (made == 0 && yields.mode == op.mode && yields.uid == op.uid && yields.gid == op.gid) return Result::kOk;

  // A new node may differ from what was asked for too: its directory can pass on a group or an access list.
  kernel::Status status;
  TRY(op.path, statx, directory, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status);
  if (!isSameDevice(status, op)) return context.fail(-EEXIST, "mknodat", op.path, "exists and is another file");
  if (!isAsWanted(status, op)) return correct(context, op, directory, name);
  if (made == 0) yields = {op.mode, op.uid, op.gid};
  return Result::kOk;
}

Result run(Context& context, const OpOpenDevice& op) {
  if (!op.tree.isSet()) return context.fail(-EINVAL, "", op.path, "no slot for the tree");
  const int node = static_cast<int>(TRY(op.path, openat, AT_FDCWD, op.path.data, O_PATH | O_CLOEXEC));
  kernel::Status status;
  CHECK(statusOf(context, node, STATX_TYPE, status, op.path.data));
  if ((status.mode & S_IFMT) != op.type || status.rdev_major != op.major || status.rdev_minor != op.minor) {
    return context.fail(-ENODEV, "statx", op.path, "the host’s node is another device");
  }
  context.store(op.tree, TRY(op.path, open_tree, node, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH));
  context.release(node);
  return Result::kOk;
}

Result run(Context& context, const OpReopenNull& op) {
  static constexpr char kPath[] = "/dev/null";
  int null_device = -1;
  const Slot slots[] = {op.stdin, op.stdout, op.stderr};
  for (const Slot slot : slots) {
    int fd;
    CHECK(context.descriptor(slot, fd));
    kernel::Status status;
    CHECK(statusOf(context, fd, STATX_TYPE, status, "standard stream"));
    if (!isNull(status)) continue;
    if (null_device < 0) {
      // Neither waits for a FIFO that took its place, nor follows a link to something else.
      const int how = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
      null_device = static_cast<int>(TRY(kPath, openat, AT_FDCWD, kPath, how));
      CHECK(statusOf(context, null_device, STATX_TYPE, status, kPath));
      if (!isNull(status)) return context.fail(-ENODEV, "statx", kPath, "not the null device (character 1:3)");
      TRY(kPath, fcntl, null_device, F_SETFL, O_RDWR);
    }
    context.store(slot, null_device);
  }
  return Result::kOk;
}

}  // namespace init
