// The epoll thread: reads frames and exit statuses itself, so that JavaScript is called once, with the result.
#include "watcher.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <system_error>

#include "../wire.h"
#include "environment.h"
#include "exit_status.h"
#include "kernel.h"
#include "signals.h"
#include "watch_events.h"

namespace addon {

namespace {

using std::chrono::milliseconds;

// A frame a wake-up would be slow, all of them unfair to the other containers.
constexpr int kFramesAtOnce = 16;

ssize_t receive_frame(int control, uint8_t (&frame)[wire::kMaxFrame], Descriptor& descriptor) {
  alignas(cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))];
  iovec part{frame, sizeof frame};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = ancillary;
  message.msg_controllen = CMSG_LEN(sizeof(int));  // with its padding there would be room for two
  const ssize_t size = recvmsg(control, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0) return size;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return size;
  int number;
  memcpy(&number, CMSG_DATA(header), sizeof number);
  descriptor.reset(number);
  return size;
}

int64_t milliseconds_until(std::chrono::steady_clock::time_point when) {
  return std::chrono::ceil<milliseconds>(when - std::chrono::steady_clock::now()).count();
}

// Files of a cgroup are far shorter.
constexpr size_t kMaxFile = 4096;

uint32_t events_of(Watch::Kind kind) {
  switch (kind) {
    case Watch::Kind::kExit:
      // A pidfd says what it has to say once; asking again is our own doing.
      return EPOLLIN | EPOLLONESHOT;
    case Watch::Kind::kFile:
      // Files of cgroups can always be read; that they have changed is exceptional.
      return EPOLLPRI;
    case Watch::Kind::kControl:
    case Watch::Kind::kSeccomp:
      break;
  }
  return EPOLLIN;
}

}  // namespace

Outcome Watcher::start(Environment& environment) {
  environment_ = &environment;
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return failed("epoll_create1");
  Descriptor stop(eventfd(0, EFD_CLOEXEC));
  if (!stop) return failed("eventfd");
  epoll_event event{EPOLLIN, {nullptr}};
  if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, stop.get(), &event) < 0) return failed("epoll_ctl");
  epoll_ = std::move(epoll);
  stop_ = std::move(stop);
  try {
    const BlockedSignals blocked;
    thread_ = std::thread([this] { loop(); });
  } catch (const std::system_error& error) {
    return Failure{"start a thread", error.code().value(), {}};
  }
  return {};
}

Outcome Watcher::prepare(Environment& environment) {
  return thread_.joinable() ? Outcome{} : start(environment);
}

Outcome Watcher::add(Environment& environment, const std::shared_ptr<Watch>& watch) {
  if (auto failure = prepare(environment)) return failure;
  epoll_event event{events_of(watch->kind), {watch.get()}};
  std::lock_guard lock(watch->mutex);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, watch->fd, &event) < 0) return failed("epoll_ctl");
  watch->armed = true;
  return {};
}

void Watcher::remove(const std::shared_ptr<Watch>& watch) {
  {
    std::lock_guard lock(watch->mutex);
    disarm(*watch);
  }
  std::lock_guard lock(retired_mutex_);
  retired_.push_back(watch);
}

void Watcher::stop() noexcept {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  while (write(stop_.get(), &one, sizeof one) < 0 && errno == EINTR) continue;
  thread_.join();
  retries_.clear();
  retired_.clear();
}

// Under the watch's mutex. A disarmed descriptor may have been closed, and its number be another file's by now.
void Watcher::disarm(Watch& watch) {
  if (!watch.armed) return;
  watch.armed = false;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watch.fd, nullptr);
}

void Watcher::loop() {
  epoll_event events[64];
  for (;;) {
    forget_retired();
    const int count = epoll_wait(epoll_.get(), events, 64, milliseconds_to_next_retry());
    for (int i = 0; i < count; ++i) {
      auto* watch = static_cast<Watch*>(events[i].data.ptr);
      if (watch == nullptr) return;  // stop()
      handle(*watch, events[i].events, false);
    }
    retry_due();
  }
}

// What is removed before epoll_wait begins is not among the events it returns.
void Watcher::forget_retired() {
  std::vector<std::shared_ptr<Watch>> forgotten;
  std::lock_guard lock(retired_mutex_);
  forgotten.swap(retired_);
}

int Watcher::milliseconds_to_next_retry() const {
  if (retries_.empty()) return -1;
  const auto first = std::min_element(retries_.begin(), retries_.end(),
                                      [](const Retry& a, const Retry& b) { return a.when < b.when; });
  return static_cast<int>(std::max<int64_t>(0, milliseconds_until(first->when)));
}

void Watcher::retry_due() {
  std::vector<Retry> due;
  const auto now = Clock::now();
  const auto later = std::partition(retries_.begin(), retries_.end(), [&](const Retry& r) { return r.when > now; });
  due.assign(std::make_move_iterator(later), std::make_move_iterator(retries_.end()));
  retries_.erase(later, retries_.end());
  for (const auto& each : due) handle(*each.watch, 0, each.last);
}

// What is found is told without the lock: JavaScript, woken, may want to end the watch at once.
void Watcher::handle(Watch& watch, uint32_t events, bool last) {
  Found found;
  {
    std::lock_guard lock(watch.mutex);
    if (watch.armed) look_at(watch, events, last, found);
  }
  for (auto& event : found) environment_->post(std::move(event));
}

void Watcher::look_at(Watch& watch, uint32_t events, bool last, Found& found) {
  switch (watch.kind) {
    case Watch::Kind::kControl:
      return read_control(watch, found);
    case Watch::Kind::kFile:
      return read_file(watch, found);
    case Watch::Kind::kSeccomp:
      return receive_notification(watch, events, found);
    case Watch::Kind::kExit:
      return look_at_process(watch, events, last, found);
  }
}

// Reading is what tells the kernel that the change has been seen.
void Watcher::read_file(Watch& watch, Found& found) {
  uint8_t text[kMaxFile];
  const ssize_t size = pread(watch.fd, text, sizeof text, 0);
  if (size < 0 && errno == EINTR) return;
  if (size <= 0) {  // its cgroup is gone
    disarm(watch);
    found.push_back(std::make_unique<BytesEvent>(watch.shared_from_this()));
    return;
  }
  found.push_back(std::make_unique<BytesEvent>(watch.shared_from_this(), text, static_cast<size_t>(size)));
}

// Receiving would wait where there is nothing to receive; one for each EPOLLIN never does, since nobody else receives. The
// caller may have been killed meanwhile, which is ENOENT.
void Watcher::receive_notification(Watch& watch, uint32_t events, Found& found) {
  if ((events & EPOLLIN) != 0) {
    kernel::SeccompNotification call{};
    if (ioctl(watch.fd, kernel::kSeccompReceive, &call) < 0) return;
    const auto* bytes = reinterpret_cast<const uint8_t*>(&call);
    found.push_back(std::make_unique<BytesEvent>(watch.shared_from_this(), bytes, sizeof call));
  } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {  // nobody is under the filter any more
    disarm(watch);
    found.push_back(std::make_unique<BytesEvent>(watch.shared_from_this()));
  }
}

void Watcher::read_control(Watch& watch, Found& found) {
  uint8_t frame[wire::kMaxFrame];
  for (int i = 0; i < kFramesAtOnce; ++i) {
    Descriptor descriptor;
    const ssize_t size = receive_frame(watch.fd, frame, descriptor);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // Init left without reading all it was sent. The kernel says so once, before it hands out what init sent last.
    if (size < 0 && errno == ECONNRESET) continue;
    if (size <= 0) {  // init never sends an empty frame, so this is the end
      disarm(watch);
      found.push_back(std::make_unique<BytesEvent>(watch.shared_from_this()));
      return;
    }
    found.push_back(std::make_unique<BytesEvent>(watch.shared_from_this(), frame, static_cast<size_t>(size),
                                                    std::move(descriptor)));
  }
}

void Watcher::look_at_process(Watch& watch, uint32_t events, bool last, Found& found) {
  ExitStatus status;
  switch (read_exit(watch.fd, status, watch.looker)) {
    case ExitKnown::kYes:
      break;
    case ExitKnown::kNever:
      status.known = false;
      break;
    case ExitKnown::kNotYetOurs:
      // The pidfd is ready, but a debugger waits for our child first.
      return retry(watch, milliseconds(10), false);
    case ExitKnown::kWhenReaped:
      // The kernel tells strangers once the parent has reaped; that is what EPOLLHUP says. The parent may be slow.
      if (!last && (events & EPOLLHUP) == 0) return retry(watch, milliseconds(250), true);
      status.known = false;
  }
  disarm(watch);
  found.push_back(std::make_unique<ExitEvent>(watch.shared_from_this(), status));
}

void Watcher::retry(Watch& watch, milliseconds delay, bool last) {
  if (last) {
    epoll_event hangup{EPOLLONESHOT, {&watch}};  // EPOLLHUP need not be asked for
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, watch.fd, &hangup);
  }
  retries_.push_back(Retry{Clock::now() + delay, watch.shared_from_this(), last});
}

}  // namespace addon
