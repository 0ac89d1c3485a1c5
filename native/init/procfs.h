// A procfs that nothing in the container can be mounted over, for the few writes that have to go through one.
// In init, before and after pivot.
#pragma once

#include "context.h"

namespace init {

// Opens it, if that has not been done. Writing does so by itself.
Result openProcfs(Context& context);

// Writes the text to a file below procfs `directory`, which must be the real one: not a link, not mounted over.
Result writeProcFile(Context& context, const char* directory, String name, String text);

// Opens a link of this process's own /proc/self/ns.
Result openNamespaceLink(Context& context, const char* name, int& fd);

// Changes the permission bits of an open file, O_PATH or not.
Result changeMode(Context& context, int fd, uint32_t mode, const char* subject);

}  // namespace init
