// The addon's own threads. Never libuv's four: a clone or a cgroup write that blocks there would stall fs and dns.
#pragma once

#include <memory>

#include "failure.h"

namespace addon {

class Environment;
class Job;

// Takes the job unless no thread at all could be started.
Outcome run_on_own_thread(std::shared_ptr<Environment>& environment, std::unique_ptr<Job>& job);

}  // namespace addon
