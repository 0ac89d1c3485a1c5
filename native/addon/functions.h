// The functions that JavaScript sees; lib/addon.ts documents each.
#pragma once

#include <napi.h>

namespace addon {

Napi::Value launch(const Napi::CallbackInfo& info);
Napi::Value send_plan(const Napi::CallbackInfo& info);
Napi::Value proceed(const Napi::CallbackInfo& info);
Napi::Value spawn(const Napi::CallbackInfo& info);

Napi::Value watch_control(const Napi::CallbackInfo& info);
Napi::Value watch_exit(const Napi::CallbackInfo& info);
Napi::Value watch_file(const Napi::CallbackInfo& info);

Napi::Value watch_seccomp(const Napi::CallbackInfo& info);

Napi::Value pidfd_getfd(const Napi::CallbackInfo& info);
Napi::Value seccomp_is_valid(const Napi::CallbackInfo& info);
Napi::Value seccomp_answer(const Napi::CallbackInfo& info);
Napi::Value seccomp_add_fd(const Napi::CallbackInfo& info);
Napi::Value read_memory(const Napi::CallbackInfo& info);
Napi::Value send_descriptor(const Napi::CallbackInfo& info);
Napi::Value is_hung_up(const Napi::CallbackInfo& info);

Napi::Value serve_terminal(const Napi::CallbackInfo& info);
Napi::Value connect_socket(const Napi::CallbackInfo& info);

Napi::Value batch(const Napi::CallbackInfo& info);
Napi::Value netlink(const Napi::CallbackInfo& info);

Napi::Value disown(const Napi::CallbackInfo& info);
Napi::Value pidfd_open(const Napi::CallbackInfo& info);
Napi::Value pidfd_send_signal(const Napi::CallbackInfo& info);
Napi::Value make_pipe(const Napi::CallbackInfo& info);
Napi::Value duplicate(const Napi::CallbackInfo& info);
Napi::Value open_path(const Napi::CallbackInfo& info);
Napi::Value close_fd(const Napi::CallbackInfo& info);
Napi::Value namespace_type(const Napi::CallbackInfo& info);
Napi::Value capabilities(const Napi::CallbackInfo& info);
Napi::Value probe_syscalls(const Napi::CallbackInfo& info);
Napi::Value seccomp_flags(const Napi::CallbackInfo& info);

}  // namespace addon
