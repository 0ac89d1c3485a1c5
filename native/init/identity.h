// What exec has to know of the operations on capabilities.
// In init, before and after pivot.
#pragma once

#include "context.h"

namespace init {

// Takes away the inheritable and ambient capabilities that the parent gave init so that it keeps them across execve in
// a new user namespace. They are for init; a program gets what setCapabilities says, and without it what execve(2)
// gives.
Result dropBirthCapabilities(Context& context);

}  // namespace init
