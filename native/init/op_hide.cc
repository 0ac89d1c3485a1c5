// Operations that hide paths or make them read-only.
// In init, before and after pivot.
#include "filesystem.h"
#include "ops.gen.h"
#include "root_path.h"

namespace init {

namespace {

bool isMissing(long error) {
  return error == -ENOENT || error == -ENOTDIR;
}

Result requireNullDevice(Context& context, int fd, const char* path) {
  kernel::Status status;
  CHECK(statusOf(context, fd, STATX_TYPE, status, path));
  if ((status.mode & S_IFMT) == S_IFCHR && status.rdev_major == 1 && status.rdev_minor == 3) return Result::kOk;
  return context.fail(-EINVAL, "statx", path, "what should hide it is not the null device (character 1:3)");
}

// Attaches `source` itself the first time and clones of it afterwards.
Result attachOrClone(Context& context, int source, bool is_attached, int target, const char* path) {
  if (!is_attached) return attach(context, source, target, path);
  int copy;
  CHECK(cloneTree(context, source, 0, 0, path, copy));
  CHECK(attach(context, copy, target, path));
  context.release(copy);
  return Result::kOk;
}

Result hideDirectory(Context& context, int target, const char* path) {
  const bool is_attached = context.mask_directory >= 0;
  if (!is_attached) {
    // A single inode: the root itself, so nothing can ever be made in it. As a wire list, like one from a plan.
    static constexpr uint8_t kData[] =
        "\x09\0\0\0nr_inodes\0\x01\0\0\0"
        "1";
    const uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    CHECK(makeFilesystem(context, {"tmpfs", "", {kData, 2}, attributes, path, nullptr}, context.mask_directory));
  }
  return attachOrClone(context, context.mask_directory, is_attached, target, path);
}

Result hideFile(Context& context, int null_device, int target, const char* path) {
  if (!context.mask_attached) CHECK(requireNullDevice(context, null_device, path));
  CHECK(attachOrClone(context, null_device, context.mask_attached, target, path));
  context.mask_attached = true;
  return Result::kOk;
}

}  // namespace

// Which kind it is comes first: attaching the wrong kind fails only after the clone was made, and taking that apart
// again waits for an RCU grace period.
Result run(Context& context, const OpMaskPath& op) {
  int null_device;
  context.forgetParent();
  CHECK(context.descriptor(op.null, null_device));
  long target = openMountPoint(context, op.path, true);
  const bool is_directory = target >= 0;
  if (target == -ENOTDIR) target = openMountPoint(context, op.path, false);
  if (isMissing(target)) return Result::kOk;
  if (target < 0) return context.fail(target, "openat2", op.path);
  CHECK(is_directory ? hideDirectory(context, static_cast<int>(target), op.path.data)
                     : hideFile(context, null_device, static_cast<int>(target), op.path.data));
  context.release(target);
  return Result::kOk;
}

Result run(Context& context, const OpReadonlyPath& op) {
  context.forgetParent();
  long target = openMountPoint(context, op.path, false);
  if (isMissing(target)) return Result::kOk;
  if (target < 0) return context.fail(target, "openat2", op.path);
  int tree;
  CHECK(cloneTree(context, static_cast<int>(target), AT_RECURSIVE, MOUNT_ATTR_RDONLY, op.path.data, tree));
  CHECK(attach(context, tree, static_cast<int>(target), op.path.data));
  context.release(tree);
  context.release(target);
  return Result::kOk;
}

}  // namespace init
