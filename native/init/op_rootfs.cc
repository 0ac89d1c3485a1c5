// Operations that make a tree the root, and the directories and links in it.
// In init; pivotRoot is the border between before and after.
#include "filesystem.h"
#include "ops.gen.h"
#include "root_path.h"

namespace init {

namespace {

constexpr int kMostStacked = 16;

}  // namespace

// Usually mounted onto the present root: no directory to mount on has to be found, and a path from / still starts below it.
// docs/decisions/0005-stacked-root.md
Result run(Context& context, const OpAttachRoot& op) {
  int tree;
  CHECK(context.descriptor(op.tree, tree));
  if (op.onto.isSet()) {
    int directory;
    CHECK(context.descriptor(op.onto, directory));
    TRY("rootfs", move_mount, tree, "", directory, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  } else {
    TRY("/", move_mount, tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
  }
  kernel::Status status;
  CHECK(statusOf(context, tree, STATX_MNT_ID, status, "/"));
  context.forgetParent();
  context.root = tree;
  context.root_mount = status.mount_id;
  return Result::kOk;
}

Result run(Context& context, const OpOpenDirectory& op) {
  const long directory = TRY(op.path, openat, AT_FDCWD, op.path.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
  context.store(op.tree, directory);
  return Result::kOk;
}

Result run(Context& context, const OpPivotRoot& op) {
  int root;
  CHECK(context.descriptor(op.root, root));
  if (root != context.root) return context.fail(-EINVAL, "", "", "not the root that was attached last");
  TRY("new root", fchdir, root);
  TRY("new root", pivot_root, ".", ".");
  // The old root now lies on the new one, and whatever was stacked on it on top. `/..` is how a process would get
  // there: it names the topmost mount at the root, so nothing is left when that is the root itself.
  for (int i = 0; i < kMostStacked; i++) {
    TRY("old root", umount2, ".", 2 /* MNT_DETACH */);
    kernel::Status top;
    TRY("/..", statx, AT_FDCWD, "/..", 0, STATX_MNT_ID, &top);
    if (top.mount_id == context.root_mount) return Result::kOk;
  }
  return context.fail(-EBUSY, "umount2", "old root", "too many mounts are stacked on it");
}

Result run(Context& context, const OpMoveRoot& op) {
  int root;
  CHECK(context.descriptor(op.root, root));
  if (root != context.root) return context.fail(-EINVAL, "", "", "not the root that was attached last");
  TRY("new root", fchdir, root);
  TRY("new root", chroot, ".");
  // Attached over everything: whoever leaves the root by `..` comes out on it again.
  kernel::Status top;
  TRY("/..", statx, AT_FDCWD, "/..", 0, STATX_MNT_ID, &top);
  if (top.mount_id == context.root_mount) return Result::kOk;
  return context.fail(-EBUSY, "chroot", "/", "another mount lies on the new root");
}

Result run(Context& context, const OpOpenRoot& op) {
  const long root = TRY(op.path, openat, AT_FDCWD, op.path.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
  context.forgetParent();
  context.root = static_cast<int>(root);
  context.store(op.root, root);
  return Result::kOk;
}

Result run(Context& context, const OpChangeRoot& op) {
  int root;
  CHECK(context.descriptor(op.root, root));
  TRY("new root", fchdir, root);
  TRY("new root", chroot, ".");
  return Result::kOk;
}

Result run(Context& context, const OpMakeDirectory& op) {
  int base;
  CHECK(context.descriptor(op.base, base));
  long opened = openInRoot(base, op.path.data, O_PATH | O_DIRECTORY);
  int directory = static_cast<int>(opened);
  if (opened == -ENOENT) {
    CHECK(createPath(context, base, op.path, Kind::kDirectory, op.mode, 0, directory));
  } else if (opened == -ENOTDIR) {
    return context.fail(opened, "openat2", op.path, "exists and is not a directory");
  } else if (opened < 0) {
    return context.fail(opened, "openat2", op.path);
  }
  context.release(directory);
  return Result::kOk;
}

Result run(Context& context, const OpMakeSymlink& op) {
  int directory;
  const char* name;
  CHECK(openParent(context, op.path, directory, name));
  long result = SYS(symlinkat, op.target.data, directory, name);
  if (result == -EEXIST) {
    char* text = context.scratch();
    long length = SYS(readlinkat, directory, name, text, PATH_MAX);
    if (length == op.target.length && __builtin_memcmp(text, op.target.data, op.target.length) == 0) {
      return Result::kOk;
    }
    return context.fail(-EEXIST, "symlinkat", op.path, "exists and is another file");
  }
  if (result < 0) return context.fail(result, "symlinkat", op.path);
  return Result::kOk;
}

}  // namespace init
