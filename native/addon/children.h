// The children of this process that the addon has started and nobody has reaped, and who is to do so.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <mutex>

namespace addon {

using EnvironmentId = uint64_t;

// Held while a child is reaped and forgotten: in between its number may become a new child's.
std::unique_lock<std::mutex> lock_children();

void note_child(pid_t pid, EnvironmentId environment);
void forget_child(const std::unique_lock<std::mutex>& held, pid_t pid);
// Whether somebody is going to reap it.
bool is_waited_for(const std::unique_lock<std::mutex>& held, pid_t pid);

// The environment has ended: what it has not waited for is reaped by a thread of ours as it ends. Not killed: as when
// the whole program ends, containers go on.
void adopt_children(EnvironmentId environment);

}  // namespace addon
