// The pid namespace that this thread's children are born in.
#pragma once

#include "failure.h"

namespace addon {

// From here on they are born in the pid namespace of the process behind the pidfd.
Outcome enter_pid_namespace(int pidfd);

// And from here on in our own again. Does nothing where they are. While it fails the thread must start no child.
Outcome leave_pid_namespace();

}  // namespace addon
