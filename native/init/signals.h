// Signals as a program expects them: every disposition the default, none blocked.
// In init, before pivot.
#pragma once

#include "context.h"

namespace init {

void resetSignals(Arena& arena);

}  // namespace init
