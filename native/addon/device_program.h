// eBPF programs that decide on a cgroup's devices. All return -1 with errno set when they fail.
#pragma once

#include <cstdint>
#include <vector>

namespace addon {

// The descriptor of the program, close-on-exec.
long load_device_program(const std::vector<uint8_t>& instructions);

// Beside the programs of others; a device can be used when all agree.
long attach_device_program(int cgroup, int program);

// In place of the programs that this very cgroup has: there is no moment in which none decides.
long replace_device_programs(int cgroup, int program);

}  // namespace addon
