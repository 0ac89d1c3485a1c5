// What one JavaScript environment has in flight, and how its thread is told.
#include "environment.h"

#include <atomic>

#include "threads.h"

namespace addon {

namespace {

using Instance = std::shared_ptr<Environment>;

// An exception thrown by a callback is the program's uncaught exception; Node would only warn of it.
void report_uncaught(napi_env env, const Napi::Error& error) {
  napi_fatal_exception(env, error.Value());
}

}  // namespace

void Job::deliver(Napi::Env env) {
  environment_->release();
  if (outcome_) {
    napi_reject_deferred(env, deferred_, to_error(env, *outcome_).Value());
  } else {
    napi_resolve_deferred(env, deferred_, result(env));
  }
}

void Environment::create(Napi::Env env) {
  auto environment = std::make_shared<Environment>();
  environment->open(env);
  env.SetInstanceData(new Instance(environment));
}

std::shared_ptr<Environment> Environment::of(Napi::Env env) {
  return *env.GetInstanceData<Instance>();
}

EnvironmentId Environment::next_id() {
  static std::atomic<EnvironmentId> last{0};
  return ++last;
}

void Environment::open(Napi::Env env) {
  env_ = env;
  const Napi::String name = Napi::String::New(env, "libcontainer");
  napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, call_js, &wake_);
  if (status == napi_ok) status = napi_unref_threadsafe_function(env, wake_);
  // After the thread-safe function, so that this hook runs before Node takes the function away; in the finalizer of the
  // instance data it would be gone already, and ending it there deadlocks from Node 24 on.
  if (status == napi_ok) {
    status = napi_add_env_cleanup_hook(
        env, [](void* self) { static_cast<Environment*>(self)->end(); }, this);
  }
  NAPI_THROW_IF_FAILED_VOID(env, status);
}

void Environment::end() {
  const auto self = shared_from_this();
  std::deque<std::unique_ptr<Event>> events;
  {
    std::lock_guard lock(ending_);
    ended_ = true;
  }
  {
    std::lock_guard lock(queue_);
    events.swap(events_);
  }
  watcher_.stop();
  for (auto& event : events) event->abandon();
  for (auto& watch : watches_) watch->callback.Reset();
  watches_.clear();
  belongings_.close_all();
  adopt_children(id_);
  napi_release_threadsafe_function(wake_, napi_tsfn_abort);
}

bool Environment::ended() {
  std::lock_guard lock(ending_);
  return ended_;
}

void Environment::post(std::unique_ptr<Event> event) {
  {
    std::lock_guard lock(ending_);
    if (!ended_) {
      {
        std::lock_guard queue(queue_);
        events_.push_back(std::move(event));
      }
      // One call for each event: Node then runs promise callbacks between them, as between any two events.
      napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
      return;
    }
  }
  event->abandon();
}

void Environment::call_js(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;  // being torn down: end() has taken the events
  auto* self = static_cast<Environment*>(context);
  std::unique_ptr<Event> event;
  {
    std::lock_guard lock(self->queue_);
    if (self->events_.empty()) return;
    event = std::move(self->events_.front());
    self->events_.pop_front();
  }
  try {
    event->deliver(env);
  } catch (const Napi::Error& error) {
    report_uncaught(env, error);
  }
}

Napi::Value Environment::submit(std::unique_ptr<Job> job) {
  napi_value promise = nullptr;
  NAPI_THROW_IF_FAILED(env_, napi_create_promise(env_, &job->deferred_, &promise), Napi::Value());
  job->environment_ = shared_from_this();
  hold();
  auto self = shared_from_this();
  if (auto failure = run_on_own_thread(self, job)) {
    release();
    napi_reject_deferred(env_, job->deferred_, to_error(env_, *failure).Value());
  }
  return Napi::Value(env_, promise);
}

void Environment::hold() {
  if (held_++ == 0) napi_ref_threadsafe_function(env_, wake_);
}

void Environment::release() {
  if (--held_ == 0) napi_unref_threadsafe_function(env_, wake_);
}

}  // namespace addon
