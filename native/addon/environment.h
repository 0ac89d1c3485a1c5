// What one JavaScript environment (the main thread or a worker) has in flight: events on their way to its thread, jobs,
// watches. An environment may end at any time, and then nothing of it may be left.
#pragma once

#include <napi.h>

#include <deque>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "belongings.h"
#include "children.h"
#include "errors.h"
#include "watcher.h"

namespace addon {

// Something that happened on another thread and is told to JavaScript.
class Event {
 public:
  virtual ~Event() = default;
  // JavaScript thread.
  virtual void deliver(Napi::Env env) = 0;
  // Any thread, instead of deliver: the environment has ended; undo what the event stands for.
  virtual void abandon() noexcept {}
};

class Environment;

// Work for the addon's own threads that settles a promise.
class Job : public Event {
 public:
  // A thread of the addon.
  virtual Outcome run() noexcept = 0;
  // JavaScript thread, after run succeeded.
  virtual Napi::Value result(Napi::Env env) = 0;

  void perform() noexcept { outcome_ = run(); }
  void deliver(Napi::Env env) final;

 protected:
  Environment& environment() { return *environment_; }

 private:
  friend class Environment;
  Outcome outcome_;
  std::shared_ptr<Environment> environment_;
  napi_deferred deferred_ = nullptr;
};

class Environment : public std::enable_shared_from_this<Environment> {
 public:
  static void create(Napi::Env env);
  static std::shared_ptr<Environment> of(Napi::Env env);

  // JavaScript thread. The promise is rejected with a NativeError when the job fails.
  Napi::Value submit(std::unique_ptr<Job> job);

  // Any thread.
  void post(std::unique_ptr<Event> event);
  bool ended();

  // JavaScript thread: while anything is held, the event loop is kept alive.
  void hold();
  void release();

  EnvironmentId id() const { return id_; }

  // JavaScript thread.
  Belongings& belongings() { return belongings_; }
  Watcher& watcher() { return watcher_; }
  std::unordered_set<std::shared_ptr<Watch>>& watches() { return watches_; }

 private:
  void open(Napi::Env env);
  void end();
  static void call_js(napi_env env, napi_value callback, void* context, void* data);

  static EnvironmentId next_id();

  const EnvironmentId id_ = next_id();
  napi_env env_ = nullptr;
  napi_threadsafe_function wake_ = nullptr;
  // Two, so that the JavaScript thread never waits for a thread that wakes it: woken, it would find that one's lock taken.
  std::mutex ending_;  // of ended_, held while wake_ is called
  bool ended_ = false;
  std::mutex queue_;  // of events_; no system call is made under it
  std::deque<std::unique_ptr<Event>> events_;

  size_t held_ = 0;
  Belongings belongings_;
  Watcher watcher_;
  std::unordered_set<std::shared_ptr<Watch>> watches_;
};

}  // namespace addon
