// The null device, opened once in a process.
#pragma once

#include <vector>

#include "failure.h"

namespace addon {

// What stands for it among descriptors: NULL_DEVICE of lib/addon.ts.
constexpr int kNullDevice = -1;

// Puts it in the places of those that stand for it. Any thread.
Outcome fill_in_null_device(std::vector<int>& fds);

}  // namespace addon
