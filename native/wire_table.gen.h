// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// In Node's process and in init, before and after pivot: which operation table both were built from.
#pragma once

#include <stdint.h>

namespace wire {

constexpr uint32_t kTableHash = 0xaf32a84b;

}  // namespace wire
