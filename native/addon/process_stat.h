// What /proc/PID/stat tells of a child.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "failure.h"

namespace addon {

// Clock ticks from boot to its start (proc_pid_stat(5), field 22): with the pid it names one process. `pid` must be a
// child that is not reaped.
Outcome read_start_time(pid_t pid, uint64_t& start_time);

}  // namespace addon
