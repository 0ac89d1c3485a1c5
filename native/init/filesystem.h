// New filesystem instances through fsopen(2), fsconfig(2) and fsmount(2), with the kernel's own words when one fails.
// In init, before and after pivot.
#pragma once

#include "context.h"

namespace init {

struct FilesystemRequest {
  String type;
  String source;  // empty for none
  Strings data;   // key, value, key, value …
  uint32_t attributes = 0;
  const char* subject = "";    // what an error is about
  const char* mode = nullptr;  // a `mode` parameter on top of the data
};

// A detached mount of the new instance.
Result makeFilesystem(Context& context, const FilesystemRequest& request, int& mount);

// Mounts a new instance with mount(2), which takes two system calls where the way over a detached mount takes five and
// one for each parameter. false when that way has to be taken: it can do more, and it can say why something failed.
// docs/decisions/0006-mounts-in-one-call.md
bool mountInOneCall(Context& context, const FilesystemRequest& request, int target);

// New parameters for the filesystem whose mount is open.
Result reconfigureFilesystem(Context& context, int mount, Strings data, const char* subject);

// mount_setattr(2) on an open mount; nothing happens when there is nothing to change. `propagation` may carry MS_REC.
struct AttributeChange {
  uint64_t set = 0;
  uint64_t clear = 0;
  uint32_t propagation = 0;
  bool recursive = false;
};
Result changeAttributes(Context& context, int mount, const AttributeChange& change, const char* subject);

// Attaches a detached mount onto an open path.
Result attach(Context& context, int mount, int target, const char* subject);

// A detached clone of an open mount (AT_RECURSIVE: and of those below), with attributes set on all of it.
Result cloneTree(Context& context, int path, unsigned flags, uint64_t set, const char* subject, int& tree);

}  // namespace init
