// Doing something in another network namespace, which only a thread of its own can enter without consequences.
#pragma once

#include <functional>

#include "failure.h"

namespace addon {

// Sockets and children that `act` makes belong to the namespace.
Outcome in_network_namespace(int netns, const std::function<Outcome()>& act) noexcept;

}  // namespace addon
