// watchControl, watchExit and watchFile: from JavaScript to the epoll thread and back.
#include "arguments.h"
#include "functions.h"
#include "watch_events.h"

namespace addon {

namespace {

double microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

// When a program is executed the kernel adds the memory left behind, which was ours, to what it will report.
Napi::Value to_max_rss(Napi::Env env, long theirs) {
  rusage ours;
  getrusage(RUSAGE_SELF, &ours);
  return theirs > ours.ru_maxrss ? Napi::Number::New(env, static_cast<double>(theirs)) : env.Null();
}

Napi::Object to_usage(Napi::Env env, const rusage& usage) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("userMicros", microseconds(usage.ru_utime));
  object.Set("systemMicros", microseconds(usage.ru_stime));
  object.Set("maxRssKiB", to_max_rss(env, usage.ru_maxrss));
  object.Set("minorFaults", static_cast<double>(usage.ru_minflt));
  object.Set("majorFaults", static_cast<double>(usage.ru_majflt));
  return object;
}

void hold_watch(Environment& environment, Watch& watch, bool hold) {
  if (watch.held == hold) return;
  watch.held = hold;
  hold ? environment.hold() : environment.release();
}

Napi::Value start_watch(const Napi::CallbackInfo& info, Watch::Kind kind, const char* name) {
  const Napi::Env env = info.Env();
  const Looker looker = info[2].ToBoolean() ? Looker::kOther : Looker::kOwner;
  auto watch = std::make_shared<Watch>(kind, to_fd(info[0], name), looker);
  watch->callback = Napi::Persistent(to_function(info[1], "the callback"));
  const auto environment = Environment::of(env);
  if (const auto failure = environment->watcher().add(*environment, watch)) throw_failure(env, *failure);
  environment->watches().insert(watch);
  environment->hold();
  return Napi::Function::New(
      env,
      [watch](const Napi::CallbackInfo& call) {
        if (!watch->live) return;
        const auto environment = Environment::of(call.Env());
        if (call[0].IsBoolean()) {
          hold_watch(*environment, *watch, call[0].As<Napi::Boolean>());
        } else {
          end_watch(*environment, watch);
        }
      },
      "unwatch");
}

}  // namespace

void end_watch(Environment& environment, const std::shared_ptr<Watch>& watch) {
  if (!watch->live) return;
  watch->live = false;
  watch->callback.Reset();
  environment.watcher().remove(watch);
  environment.watches().erase(watch);
  if (watch->held) environment.release();
}

void WatchEvent::deliver(Napi::Env env) {
  if (!watch_->live) return;
  const Napi::Function callback = watch_->callback.Value();
  if (ends()) end_watch(*Environment::of(env), watch_);
  const int descriptor = take_descriptor();
  if (descriptor < 0) {
    callback.Call({argument(env)});
  } else {
    callback.Call({argument(env), Napi::Number::New(env, descriptor)});
  }
}

Napi::Value BytesEvent::argument(Napi::Env env) const {
  if (bytes_.empty()) return env.Null();
  return Napi::Buffer<uint8_t>::Copy(env, bytes_.data(), bytes_.size());
}

Napi::Value ExitEvent::argument(Napi::Env env) const {
  if (!status_.known) return env.Null();
  const Napi::Value code = Napi::Number::New(env, status_.code);
  Napi::Object exit = Napi::Object::New(env);
  exit.Set("exitCode", status_.signaled ? env.Null() : code);
  exit.Set("signal", status_.signaled ? code : env.Null());
  exit.Set("usage", status_.has_usage ? Napi::Value(to_usage(env, status_.usage)) : env.Null());
  return exit;
}

Napi::Value watch_control(const Napi::CallbackInfo& info) {
  return start_watch(info, Watch::Kind::kControl, "the control socket");
}

Napi::Value watch_exit(const Napi::CallbackInfo& info) {
  return start_watch(info, Watch::Kind::kExit, "the pidfd");
}

Napi::Value watch_file(const Napi::CallbackInfo& info) {
  return start_watch(info, Watch::Kind::kFile, "the file");
}

Napi::Value watch_seccomp(const Napi::CallbackInfo& info) {
  return start_watch(info, Watch::Kind::kSeccomp, "the listener");
}

}  // namespace addon
