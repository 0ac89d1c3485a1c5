// Sending to init over its control socket.
#pragma once

#include <cstdint>
#include <vector>

#include "failure.h"

namespace addon {

// The plan in one packet, or in a sealed memfd when it is too long for that; with it the descriptors of its slots,
// kNullDevice among them.
Outcome deliver_plan(int control, const std::vector<uint8_t>& plan, std::vector<int> fds);

Outcome send_proceed(int control, const std::vector<uint8_t>& text = {});

}  // namespace addon
