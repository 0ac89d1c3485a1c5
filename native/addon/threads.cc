// The addon's own threads: a queue and at most four workers, started when first needed, shared by all environments.
#include "threads.h"

#include <pthread.h>

#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include "environment.h"
#include "scheduling.h"
#include "signals.h"

namespace addon {

namespace {

struct Task {
  std::shared_ptr<Environment> environment;
  std::unique_ptr<Job> job;
};

// They live as long as the process: PR_SET_PDEATHSIG fires when the thread that made the child ends. The pool is never
// destroyed either, since at exit the threads may still wait in it.
class Pool {
 public:
  Outcome add(std::shared_ptr<Environment>& environment, std::unique_ptr<Job>& job) {
    std::lock_guard lock(mutex_);
    if (waiting_ <= tasks_.size() && threads_ < kThreads) {
      if (const int error = start(); error != 0 && threads_ == 0) return Failure{"start a thread", error, {}};
    }
    tasks_.push_back(Task{std::move(environment), std::move(job)});
    pthread_cond_signal(&filled_);
    return {};
  }

 private:
  static constexpr size_t kThreads = 4;

  int start() {
    try {
      const BlockedSignals blocked;
      std::thread([this] { work(); }).detach();
      ++threads_;
      return 0;
    } catch (const std::system_error& error) {
      return error.code().value();
    }
  }

  [[noreturn]] void work() {
    yield_to_waker();
    for (;;) {
      Task task = take();
      if (task.environment->ended()) continue;
      task.job->perform();
      task.environment->post(std::move(task.job));
    }
  }

  Task take() {
    std::lock_guard lock(mutex_);
    ++waiting_;
    // std::condition_variable would ask for a libstdc++ newer than that of the oldest systems we serve.
    while (tasks_.empty()) pthread_cond_wait(&filled_, mutex_.native_handle());
    --waiting_;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }

  std::mutex mutex_;
  pthread_cond_t filled_ = PTHREAD_COND_INITIALIZER;
  std::deque<Task> tasks_;
  size_t threads_ = 0;
  size_t waiting_ = 0;
};

}  // namespace

Outcome run_on_own_thread(std::shared_ptr<Environment>& environment, std::unique_ptr<Job>& job) {
  static Pool* const pool = new Pool;
  return pool->add(environment, job);
}

}  // namespace addon
