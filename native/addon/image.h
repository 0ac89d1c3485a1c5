// The embedded init as a sealed, executable memfd, made once in a process.
#pragma once

#include <cstddef>

#include "failure.h"

namespace addon {

// The descriptor stays open as long as the process; it is above those that a child replaces.
Outcome open_init_image(int& fd);

size_t init_image_size();
const char* init_image_sha256();

}  // namespace addon
