// setns(2) with CLONE_NEWNET: it changes the thread that calls it and no other, and this one ends here.
#include "network_namespace.h"

#include <sched.h>

#include <system_error>
#include <thread>

namespace addon {

Outcome in_network_namespace(int netns, const std::function<Outcome()>& act) noexcept {
  Outcome outcome;
  try {
    std::thread([&] { outcome = setns(netns, CLONE_NEWNET) < 0 ? failed("setns") : act(); }).join();
  } catch (const std::system_error& error) {
    return Failure{"start a thread", error.code().value(), {}};
  }
  return outcome;
}

}  // namespace addon
