// eBPF programs that decide on a cgroup's devices. Any thread. All fail with -1 and errno.
#pragma once

#include <cstdint>
#include <vector>

namespace addon {

// Beside the programs of others; a device can be used when all agree.
long attach_device_program(int cgroup, const std::vector<uint8_t>& instructions);

// In place of the programs that this very cgroup has: there is no moment in which none decides.
long replace_device_programs(int cgroup, const std::vector<uint8_t>& instructions);

}  // namespace addon
