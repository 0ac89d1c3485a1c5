// The module: loaded once for each JavaScript environment.
#include <napi.h>

#include "../wire.h"
#include "environment.h"
#include "functions.h"
#include "image.h"

namespace {

Napi::Object describe_image(Napi::Env env) {
  Napi::Object image = Napi::Object::New(env);
  image.Set("size", static_cast<double>(addon::init_image_size()));
  image.Set("sha256", addon::init_image_sha256());
  return image;
}

Napi::Object load(Napi::Env env, Napi::Object exports) {
  addon::Environment::create(env);
  const auto add = [&](const char* name, Napi::Value (*function)(const Napi::CallbackInfo&)) {
    exports.Set(name, Napi::Function::New(env, function, name));
  };
  exports.Set("tableHash", static_cast<double>(wire::kTableHash));
  exports.Set("initImage", describe_image(env));
  add("launch", addon::launch);
  add("sendPlan", addon::send_plan);
  add("proceed", addon::proceed);
  add("spawn", addon::spawn);
  add("watchControl", addon::watch_control);
  add("watchExit", addon::watch_exit);
  add("watchFile", addon::watch_file);
  add("watchSeccomp", addon::watch_seccomp);
  add("pidfdGetfd", addon::pidfd_getfd);
  add("seccompIsValid", addon::seccomp_is_valid);
  add("seccompAnswer", addon::seccomp_answer);
  add("seccompAddFd", addon::seccomp_add_fd);
  add("readMemory", addon::read_memory);
  add("sendDescriptor", addon::send_descriptor);
  add("isHungUp", addon::is_hung_up);
  add("serveTerminal", addon::serve_terminal);
  add("connect", addon::connect_socket);
  add("batch", addon::batch);
  add("netlink", addon::netlink);
  add("disown", addon::disown);
  add("pidfdOpen", addon::pidfd_open);
  add("pidfdSendSignal", addon::pidfd_send_signal);
  add("pipe", addon::make_pipe);
  add("duplicate", addon::duplicate);
  add("open", addon::open_path);
  add("close", addon::close_fd);
  add("namespaceType", addon::namespace_type);
  add("capabilities", addon::capabilities);
  add("probeSyscalls", addon::probe_syscalls);
  add("seccompFlags", addon::seccomp_flags);
  return exports;
}

}  // namespace

NODE_API_MODULE(libcontainer, load)
