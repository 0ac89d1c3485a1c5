// Failures as JavaScript errors: the NativeError of lib/addon.ts.
#pragma once

#include <napi.h>

#include "failure.h"

namespace addon {

// "EPERM"; "E999" for a number without a name.
std::string error_name(int error);

Napi::Error to_error(Napi::Env env, const Failure& failure);

[[noreturn]] void throw_failure(Napi::Env env, const Failure& failure);

// Throws when the call gave -1, with errno as it is now.
int checked(Napi::Env env, int result, const char* syscall, const std::string& path = {});

}  // namespace addon
