// One epoll thread for an environment: control sockets of inits, pidfds of processes, files of cgroups.
#pragma once

#include <napi.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "descriptor.h"
#include "exit_status.h"
#include "failure.h"

namespace addon {

class Environment;
class Event;

// Something watched. The thread reads the descriptor while `armed`, under `mutex`; everything after that is
// JavaScript's.
struct Watch : std::enable_shared_from_this<Watch> {
  enum class Kind { kControl, kExit, kFile, kSeccomp };

  Watch(Kind what, int descriptor, Looker who) : kind(what), fd(descriptor), looker(who) {}

  const Kind kind;
  const int fd;
  const Looker looker;  // of kExit

  std::mutex mutex;
  bool armed = false;

  bool live = true;
  bool held = true;  // the event loop stays alive for it
  Napi::FunctionReference callback;
};

class Watcher {
 public:
  // JavaScript thread. Starts the thread unless it runs.
  Outcome prepare(Environment& environment);
  // JavaScript thread. Fails as epoll_ctl(2) does.
  Outcome add(Environment& environment, const std::shared_ptr<Watch>& watch);
  // JavaScript thread. After it the thread does not touch the descriptor any more, which may then be closed.
  void remove(const std::shared_ptr<Watch>& watch);
  // JavaScript thread. Nothing is posted after it.
  void stop() noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  using Found = std::vector<std::unique_ptr<Event>>;
  // A look at a watch that no event will ask for.
  struct Retry {
    Clock::time_point when;
    std::shared_ptr<Watch> watch;
    bool last;
  };

  Outcome start(Environment& environment);
  void loop();
  int milliseconds_to_next_retry() const;
  void retry_due();
  void forget_retired();
  void handle(Watch& watch, uint32_t events, bool last);
  // Under the watch's mutex.
  void look_at(Watch& watch, uint32_t events, bool last, Found& found);
  void read_control(Watch& watch, Found& found);
  void read_file(Watch& watch, Found& found);
  void receive_notification(Watch& watch, uint32_t events, Found& found);
  void look_at_process(Watch& watch, uint32_t events, bool last, Found& found);
  void retry(Watch& watch, std::chrono::milliseconds delay, bool last);
  void disarm(Watch& watch);

  Environment* environment_ = nullptr;
  Descriptor epoll_;
  Descriptor stop_;
  std::thread thread_;
  std::vector<Retry> retries_;  // the thread's own

  // Removed, but perhaps in the list of events the thread is going through.
  std::mutex retired_mutex_;
  std::vector<std::shared_ptr<Watch>> retired_;
};

}  // namespace addon
