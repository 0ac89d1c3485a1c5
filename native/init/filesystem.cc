// The new mount API: make, change, clone and attach mounts by descriptor.
// In init, before and after pivot.
#include "filesystem.h"

namespace init {

namespace {

// The last error or warning the filesystem context has logged, or `otherwise` (fs/fs_context.c: "e type: text\n", one a
// read).
const char* contextLog(Context& context, int filesystem, const char* otherwise) {
  constexpr long kRoom = PATH_MAX / 2;
  char* text = context.scratch();
  char* kept = text + kRoom;
  const char* found = otherwise;
  for (;;) {
    long length = SYS(read, filesystem, text, kRoom);
    if (length <= 2) return found;
    if (text[0] != 'e' && text[0] != 'w') continue;
    if (text[length - 1] == '\n') length--;
    __builtin_memcpy(kept, text + 2, static_cast<size_t>(length - 2));
    kept[length - 2] = 0;
    found = kept;
  }
}

Result configure(Context& context, int filesystem, const char* subject, String key, String value) {
  long result = value.empty() ? SYS(fsconfig, filesystem, FSCONFIG_SET_FLAG, key.data, nullptr, 0)
                              : SYS(fsconfig, filesystem, FSCONFIG_SET_STRING, key.data, value.data, 0);
  if (result == 0) return Result::kOk;
  return context.fail(result, "fsconfig", subject, contextLog(context, filesystem, key.data));
}

}  // namespace

Result makeFilesystem(Context& context, const FilesystemRequest& request, int& mount) {
  const char* subject = request.subject;
  long opened = SYS(fsopen, request.type.data, FSOPEN_CLOEXEC);
  if (opened == -ENODEV) return context.fail(opened, "fsopen", request.type, "the kernel has no such filesystem");
  if (opened < 0) return context.fail(opened, "fsopen", request.type);
  const int filesystem = static_cast<int>(opened);

  if (!request.source.empty()) CHECK(configure(context, filesystem, subject, "source", request.source));
  for (auto each = request.data.begin(); each != request.data.end(); ++each) {
    const String key = *each;
    ++each;
    CHECK(configure(context, filesystem, subject, key, *each));
  }
  if (request.mode != nullptr) CHECK(configure(context, filesystem, subject, "mode", request.mode));

  long result = SYS(fsconfig, filesystem, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
  if (result < 0) return context.fail(result, "fsconfig", subject, contextLog(context, filesystem, "create"));
  result = SYS(fsmount, filesystem, FSMOUNT_CLOEXEC, request.attributes);
  if (result < 0) return context.fail(result, "fsmount", subject, contextLog(context, filesystem, ""));
  context.release(filesystem);
  mount = static_cast<int>(result);
  return Result::kOk;
}

Result reconfigureFilesystem(Context& context, int mount, Strings data, const char* subject) {
  const int filesystem =
      static_cast<int>(TRY(subject, fspick, mount, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH | FSPICK_NO_AUTOMOUNT));
  for (auto each = data.begin(); each != data.end(); ++each) {
    const String key = *each;
    ++each;
    CHECK(configure(context, filesystem, subject, key, *each));
  }
  const long result = SYS(fsconfig, filesystem, FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0);
  if (result < 0) return context.fail(result, "fsconfig", subject, contextLog(context, filesystem, "reconfigure"));
  context.release(filesystem);
  return Result::kOk;
}

Result changeAttributes(Context& context, int mount, const AttributeChange& change, const char* subject) {
  kernel::MountAttributes attributes{change.set, change.clear, 0, 0};
  const bool recursive_propagation = (change.propagation & MS_REC) != 0;
  const uint32_t propagation = change.propagation & ~uint32_t{MS_REC};
  const bool together = propagation != 0 && recursive_propagation == change.recursive;
  if (together) attributes.propagation = propagation;
  if ((attributes.set | attributes.clear | attributes.propagation) != 0) {
    TRY(subject, mount_setattr, mount, "", AT_EMPTY_PATH | (change.recursive ? AT_RECURSIVE : 0), &attributes,
        sizeof attributes);
  }
  if (propagation == 0 || together) return Result::kOk;
  attributes = {0, 0, propagation, 0};
  TRY(subject, mount_setattr, mount, "", AT_EMPTY_PATH | (recursive_propagation ? AT_RECURSIVE : 0), &attributes,
      sizeof attributes);
  return Result::kOk;
}

Result attach(Context& context, int mount, int target, const char* subject) {
  TRY(subject, move_mount, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  return Result::kOk;
}

Result cloneTree(Context& context, int path, unsigned flags, uint64_t set, const char* subject, int& tree) {
  const unsigned all = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | flags;
  const kernel::MountAttributes attributes{set, 0, 0, 0};
  if (set != 0) {
    // Linux 6.15: both in one call. EPERM is how some seccomp profiles answer to what they do not know.
    long cloned = SYS(open_tree_attr, path, "", all, &attributes, sizeof attributes);
    if (cloned >= 0) {
      tree = static_cast<int>(cloned);
      return Result::kOk;
    }
    if (cloned != -ENOSYS && cloned != -EPERM) return context.fail(cloned, "open_tree_attr", subject);
  }
  tree = static_cast<int>(TRY(subject, open_tree, path, "", all));
  if (set == 0) return Result::kOk;
  TRY(subject, mount_setattr, tree, "", AT_EMPTY_PATH | (flags & AT_RECURSIVE), &attributes, sizeof attributes);
  return Result::kOk;
}

}  // namespace init
