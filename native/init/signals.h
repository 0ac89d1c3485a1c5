// The signal mask of a program: nothing is blocked. Every disposition is the default already.
// In init, before pivot.
#pragma once

#include "context.h"

namespace init {

void unblockSignals();

}  // namespace init
