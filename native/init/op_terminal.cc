// Operations that make a terminal of the container's own and put it in its places.
// In init, after pivot.
#include <asm/ioctls.h>

#include "control.h"
#include "filesystem.h"
#include "ops.gen.h"
#include "root_path.h"

namespace init {

namespace {

constexpr const char* kDevpts = "/dev/pts";
constexpr const char* kPtmx = "/dev/pts/ptmx";
constexpr uint32_t kMostCells = 0xffff;

struct WindowSize {  // struct winsize
  uint16_t rows, columns, width, height;
};

Result requireDevpts(Context& context, int fd, const char* path) {
  kernel::StatFs filesystem{};
  TRY(path, fstatfs, fd, &filesystem);
  if (filesystem.type == kernel::kDevptsMagic) return Result::kOk;
  return context.fail(-EINVAL, "fstatfs", path, "is not on a devpts filesystem");
}

// The root of a devpts instance. Only then does `ptmx` in it mean what it should, and may be opened without knowing
// what it is: to open a device or a FIFO that a container put there can have any effect.
Result openDevpts(Context& context, int& directory) {
  // Without a root of its own, the plan has joined a container: setns(2) made that one's root the working directory.
  const int root = context.root < 0 ? AT_FDCWD : context.root;
  long opened = openInRoot(root, kDevpts, O_PATH | O_DIRECTORY, kernel::kResolveNoSymlinks);
  if (opened < 0) return context.fail(opened, "openat2", kDevpts);
  directory = static_cast<int>(opened);
  CHECK(requireDevpts(context, directory, kDevpts));
  kernel::Status status;
  CHECK(statusOf(context, directory, STATX_INO, status, kDevpts));
  if (status.inode == kernel::kDevptsRootInode) return Result::kOk;
  return context.fail(-EINVAL, "statx", kDevpts, "is not the root of a devpts filesystem");
}

// Another file mounted over it, an old null device for one, is behind a mount that is not crossed.
Result openMaster(Context& context, int directory, int& master) {
  const uint64_t resolve = kernel::kResolveNoXdev | kernel::kResolveNoSymlinks | kernel::kResolveBeneath;
  long opened = openScoped(directory, "ptmx", O_RDWR | O_NOCTTY, resolve);
  if (opened < 0) return context.fail(opened, "openat2", kPtmx);
  kernel::Status status;
  master = static_cast<int>(opened);
  CHECK(statusOf(context, master, STATX_BASIC_STATS, status, kPtmx));
  const bool is_ptmx = (status.mode & S_IFMT) == S_IFCHR && status.rdev_major == 5 && status.rdev_minor == 2;
  if (is_ptmx && status.inode == kernel::kDevptsPtmxInode) return Result::kOk;
  return context.fail(-EINVAL, "statx", kPtmx, "is not the multiplexer of a devpts filesystem");
}

Result requireTerminal(Context& context, int terminal, const char* subject) {
  kernel::Status status;
  CHECK(statusOf(context, terminal, STATX_TYPE, status, subject));
  if ((status.mode & S_IFMT) != S_IFCHR) return context.fail(-ENOTTY, "statx", subject, "is not a terminal");
  return requireDevpts(context, terminal, subject);
}

// A file that is there, or one made for it. −1 when there is none and none is wanted.
Result openTarget(Context& context, const OpBindTerminal& op, int& target) {
  long opened = openMountPoint(context, op.target, false, true);
  if (opened == -ENOENT && !op.create) {
    target = -1;
    return Result::kOk;
  }
  if (opened == -ENOENT) {
    return makeMountPoint(context, op.target, Kind::kFile, 0600, kernel::kResolveNoSymlinks, target);
  }
  if (opened < 0) return context.fail(opened, "openat2", op.target);
  target = static_cast<int>(opened);
  return Result::kOk;
}

}  // namespace

Result run(Context& context, const OpOpenTerminal& op) {
  if (op.rows > kMostCells || op.columns > kMostCells) {
    return context.fail(-EINVAL, "", "", "a terminal has at most 65535 rows and columns");
  }
  int directory, master;
  CHECK(openDevpts(context, directory));
  CHECK(openMaster(context, directory, master));
  context.release(directory);
  const int locked = 0;
  TRY("unlock", ioctl, master, TIOCSPTLCK, &locked);
  const long terminal = TRY("TIOCGPTPEER", ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  WindowSize size{};
  TRY("TIOCGWINSZ", ioctl, master, TIOCGWINSZ, &size);
  if (op.rows != 0) size.rows = static_cast<uint16_t>(op.rows);
  if (op.columns != 0) size.columns = static_cast<uint16_t>(op.columns);
  TRY("TIOCSWINSZ", ioctl, master, TIOCSWINSZ, &size);
  context.store(op.master, master);
  context.store(op.terminal, terminal);
  return Result::kOk;
}

Result run(Context& context, const OpOwnTerminal& op) {
  constexpr uint32_t kKeep = ~uint32_t{0};
  int terminal;
  CHECK(context.descriptor(op.terminal, terminal));
  CHECK(requireTerminal(context, terminal, "terminal"));
  TRY("terminal", fchown, terminal, op.uid, kKeep);
  return Result::kOk;
}

Result run(Context& context, const OpBindTerminal& op) {
  int terminal, target, tree;
  context.forgetParent();
  CHECK(context.descriptor(op.terminal, terminal));
  CHECK(requireTerminal(context, terminal, op.target.data));
  CHECK(openTarget(context, op, target));
  if (target < 0) return Result::kOk;
  CHECK(cloneTree(context, terminal, 0, 0, op.target.data, tree));
  CHECK(requireTerminal(context, tree, op.target.data));
  CHECK(attach(context, tree, target, op.target.data));
  context.release(tree);
  context.release(target);
  return Result::kOk;
}

Result run(Context& context, const OpSendTerminal& op) {
  int master, socket = -1;
  CHECK(context.descriptor(op.master, master));
  if (!op.socket.isSet()) {
    CHECK(sendDescriptorFrame(context, master));
  } else {
    CHECK(context.descriptor(op.socket, socket));
    CHECK(sendDescriptor(context, socket, master, kPtmx));
  }
  return Result::kOk;
}

Result run(Context& context, const OpSetControllingTerminal&) {
  TRY("TIOCSCTTY", ioctl, 0, TIOCSCTTY, 0);
  return Result::kOk;
}

}  // namespace init
