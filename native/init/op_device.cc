// The operation that makes device nodes.
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

}  // namespace init
