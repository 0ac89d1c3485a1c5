// Operations that make mounts and change them.
// In init, before and after pivot.
#include <linux/magic.h>

#include "filesystem.h"
#include "ops.gen.h"
#include "root_path.h"

namespace init {

namespace {

bool hasKey(Strings data, const char* key) {
  const String wanted(key);
  for (auto each = data.begin(); each != data.end(); ++each) {
    const String name = *each;
    ++each;
    if (name.length == wanted.length && __builtin_memcmp(name.data, key, name.length) == 0) return true;
  }
  return false;
}

// Octal digits of permission bits; `text` has room for five.
const char* octal(uint16_t mode, char* text) {
  for (int i = 0; i < 4; i++) text[i] = static_cast<char>('0' + ((mode >> (9 - 3 * i)) & 7));
  text[4] = 0;
  return text;
}

const char* targetFault(long error) {
  switch (error) {
    case -ENOTDIR:
      return "target is not a directory";
    case -ELOOP:
      return "target has a symbolic link in it";
    case -EBUSY:
      return "target is the root itself";
    default:
      return "target";
  }
}

// The kernel says EINVAL to a directory on a file and to the reverse, as to many other things.
Result explainAttach(Context& context, int tree, int target, const char* path) {
  kernel::Status source, goal;
  if (context.failure.error != EINVAL || SYS(statx, tree, "", AT_EMPTY_PATH, STATX_TYPE, &source) < 0 ||
      SYS(statx, target, "", AT_EMPTY_PATH, STATX_TYPE, &goal) < 0 || isDirectory(source) == isDirectory(goal)) {
    return Result::kFailed;
  }
  return context.fail(
      isDirectory(source) ? -ENOTDIR : -EISDIR, "move_mount", path,
      isDirectory(source) ? "target is not a directory, the source is" : "target is a directory, the source is not");
}

}  // namespace

Result run(Context& context, const OpOpenTree& op) {
  if (!op.tree.isSet()) return context.fail(-EINVAL, "", op.path, "no slot for the tree");
  int path = AT_FDCWD;
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (op.recursive ? AT_RECURSIVE : 0);
  const char* name = op.path.data;
  if (op.directory) {
    const int how = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    long opened = SYS(openat, AT_FDCWD, op.path.data, how);
    if (opened == -ENOTDIR) return context.fail(opened, "openat", op.path, "not a directory, or a symbolic link");
    if (opened < 0) return context.fail(opened, "openat", op.path);
    path = static_cast<int>(opened);
    name = "";
    flags |= AT_EMPTY_PATH;
  }
  context.store(op.tree, TRY(op.path, open_tree, path, name, flags));
  if (op.directory) context.release(path);
  return Result::kOk;
}

Result run(Context& context, const OpCreateFilesystem& op) {
  if (!op.tree.isSet()) return context.fail(-EINVAL, "", op.type, "no slot for the tree");
  if (op.directory.isSet()) {
    int directory;
    CHECK(context.descriptor(op.directory, directory));
    TRY(op.type, fchdir, directory);
  }
  int mount;
  CHECK(makeFilesystem(context, {op.type, op.source, op.data, op.attributes, op.type.data, nullptr}, mount));
  if (op.directory.isSet()) TRY("/", chdir, "/");
  context.store(op.tree, mount);
  return Result::kOk;
}

Result run(Context& context, const OpSetPropagation& op) {
  const kernel::MountAttributes attributes{0, 0, op.propagation, 0};
  long result =
      SYS(mount_setattr, AT_FDCWD, op.path.data, op.recursive ? AT_RECURSIVE : 0, &attributes, sizeof attributes);
  if (result == -EINVAL) return context.fail(result, "mount_setattr", op.path, "not a mount point, or no propagation");
  if (result < 0) return context.fail(result, "mount_setattr", op.path);
  return Result::kOk;
}

Result run(Context& context, const OpMount& op) {
  const uint64_t resolve = op.no_symlinks ? kernel::kResolveNoSymlinks : 0;
  FilesystemRequest request{op.type, op.source, op.data, op.attributes, op.target.data, nullptr};
  long opened = openMountPoint(context, op.target, true, op.no_symlinks);
  int target = static_cast<int>(opened);
  char mode[5];
  if (opened == -ENOENT) {
    CHECK(makeMountPoint(context, op.target, Kind::kDirectory, 0755, resolve, target));
  } else if (opened < 0) {
    return context.fail(opened, "openat2", op.target, targetFault(opened));
  } else {
    context.forgetParent();
  }
  if (opened >= 0 && op.type.length == 5 && __builtin_memcmp(op.type.data, "tmpfs", 5) == 0 &&
      !hasKey(op.data, "mode")) {
    // A tmpfs over /tmp should go on being everybody's, one over /root should not become so.
    kernel::Status status;
    CHECK(statusOf(context, target, STATX_MODE, status, op.target.data));
    request.mode = octal(status.mode, mode);
  }

  if (op.propagation == 0 && mountInOneCall(context, request, target)) {
    context.release(target);
    return Result::kOk;
  }
  int mount;
  CHECK(makeFilesystem(context, request, mount));
  CHECK(changeAttributes(context, mount, {0, 0, op.propagation, false}, op.target.data));
  CHECK(attach(context, mount, target, op.target.data));
  context.release(mount);
  context.release(target);
  return Result::kOk;
}

Result run(Context& context, const OpBindMount& op) {
  int tree;
  CHECK(context.descriptor(op.tree, tree));
  CHECK(changeAttributes(context, tree, {op.set, op.clear, op.propagation, op.recursive}, op.target.data));

  long opened = openMountPoint(context, op.target, false);
  int target = static_cast<int>(opened);
  if (opened == -ENOENT) {
    kernel::Status status;
    CHECK(statusOf(context, tree, STATX_TYPE, status, op.target.data));
    const Kind kind = isDirectory(status) ? Kind::kDirectory : Kind::kFile;
    const uint32_t mode = kind == Kind::kDirectory ? 0755 : 0644;
    CHECK(makeMountPoint(context, op.target, kind, mode, 0, target));
  } else if (opened < 0) {
    return context.fail(opened, "openat2", op.target, targetFault(opened));
  } else {
    context.forgetParent();
  }
  if (attach(context, tree, target, op.target.data) != Result::kOk) {
    return explainAttach(context, tree, target, op.target.data);
  }
  context.release(target);
  return Result::kOk;
}

Result run(Context& context, const OpSetTreeAttributes& op) {
  int tree;
  CHECK(context.descriptor(op.tree, tree));
  return changeAttributes(context, tree, {op.set, op.clear, 0, true}, "");
}

Result run(Context& context, const OpReconfigure& op) {
  const long opened = openInRoot(context.root, op.path.data, O_PATH);
  if (opened < 0) return context.fail(opened, "openat2", op.path);
  CHECK(reconfigureFilesystem(context, static_cast<int>(opened), op.data, op.path.data));
  context.release(opened);
  return Result::kOk;
}

Result run(Context& context, const OpSetMountAttributes& op) {
  const AttributeChange change{op.set, op.clear, 0, op.recursive};
  if (op.path.length == 1 && op.path.data[0] == '/') return changeAttributes(context, context.root, change, "/");
  long opened = openInRoot(context.root, op.path.data, O_PATH);
  if (opened < 0) return context.fail(opened, "openat2", op.path);
  const int path = static_cast<int>(opened);
  CHECK(changeAttributes(context, path, change, op.path.data));
  context.release(path);
  return Result::kOk;
}

}  // namespace init
