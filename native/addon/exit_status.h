// How a process behind a pidfd ended.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include "descriptor.h"

namespace addon {

struct ExitStatus {
  bool known = true;
  // As wait(2) encodes it.
  int code = 0;
  bool signaled = false;
  // Only of a child.
  bool has_usage = false;
  rusage usage{};
};

enum class ExitKnown {
  kYes,
  kNever,
  kNotYetOurs,  // a child that cannot be waited for at this moment
  kWhenReaped,  // not a child: the kernel tells after its parent has reaped it
};

// Who looks at how a child has ended: its owner, who reaps it, or somebody who leaves that to the owner, if there is one.
enum class Looker { kOwner, kOther };

// Does not block.
ExitKnown read_exit(int pidfd, ExitStatus& status, Looker looker = Looker::kOwner);

// Kills a child that nobody is to see and reaps it.
void kill_and_reap(Descriptor pidfd) noexcept;

// The same with those of our children that are in its process group, which nobody knows of.
void kill_group_and_reap(pid_t leader, Descriptor pidfd) noexcept;

}  // namespace addon
