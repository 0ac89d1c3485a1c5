// The id maps of a new user namespace, written from outside it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "failure.h"

namespace addon {

struct IdMaps {
  std::string uid;
  std::string gid;
  std::optional<std::string> setgroups;
};

// `pid` must be a child that is not reaped, else the number may be another's.
Outcome write_id_maps(pid_t pid, const IdMaps& maps);

}  // namespace addon
