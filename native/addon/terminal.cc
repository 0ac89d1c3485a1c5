// Serving a terminal: bytes between its master and a socket that Node can have as a stream.
#include "terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <system_error>
#include <thread>

#include "arguments.h"
#include "environment.h"
#include "functions.h"
#include "signals.h"

namespace addon {

namespace {

// What has been read and not been written yet. It is filled again only when it is empty: whoever does not read holds up
// whoever writes.
class Way {
 public:
  bool empty() const { return start_ == end_; }
  void drop() { start_ = end_ = 0; }

  // false at the end: of file, or of the terminal, whose master says EIO once no process has it open.
  bool fill(int from) {
    const ssize_t size = read(from, bytes_, sizeof bytes_);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    start_ = 0;
    end_ = static_cast<size_t>(size);
    return size > 0;
  }

  // false when nobody reads any more.
  bool flush_to_socket(int to) { return took(send(to, bytes_ + start_, end_ - start_, MSG_NOSIGNAL | MSG_DONTWAIT)); }
  bool flush_to_master(int to) { return took(write(to, bytes_ + start_, end_ - start_)); }

 private:
  bool took(ssize_t size) {
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    start_ += static_cast<size_t>(size);
    return true;
  }

  char bytes_[16 << 10];
  size_t start_ = 0;
  size_t end_ = 0;
};

constexpr short kGone = POLLHUP | POLLERR | POLLNVAL;

}  // namespace

Outcome Terminal::serve(Descriptor master, std::shared_ptr<Terminal>& terminal, Descriptor& other) {
  int pair[2];
  unsigned number;
  if (ioctl(master.get(), TIOCGPTN, &number) < 0) return failed("ioctl TIOCGPTN");
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) return failed("socketpair");
  terminal = std::make_shared<Terminal>();
  terminal->socket_ = Descriptor(pair[0]);
  other = Descriptor(pair[1]);
  const int flags = fcntl(master.get(), F_GETFL);
  if (flags < 0 || fcntl(master.get(), F_SETFL, flags | O_NONBLOCK) < 0) return failed("fcntl O_NONBLOCK");
  terminal->master_ = std::move(master);
  try {
    const BlockedSignals blocked;
    std::thread([self = terminal] { self->pump(); }).detach();
  } catch (const std::system_error& error) {
    return Failure{"start a thread", error.code().value(), {}};
  }
  return {};
}

Outcome Terminal::resize(uint16_t rows, uint16_t columns) {
  std::lock_guard lock(mutex_);
  if (!master_) return {};
  const winsize size{rows, columns, 0, 0};
  if (ioctl(master_.get(), TIOCSWINSZ, &size) < 0) return failed("ioctl TIOCSWINSZ");
  return {};
}

void Terminal::hang_up() {
  std::lock_guard lock(mutex_);
  master_.reset();
}

// Belongs to no environment: its end of the pair tells it when that has closed the other one, and the process's end
// needs nothing of it.
void Terminal::pump() {
  Way in, out;
  bool has_input = true;    // until the other end is not written to any more
  bool has_output = true;   // until the terminal is at its end
  bool has_reader = true;   // until the other end is closed
  const int master = master_.get();
  const int socket = socket_.get();
  while (has_reader && (has_output || !out.empty() || has_input)) {
    // What does not matter at the moment is left out, since hang-ups are always reported.
    pollfd ends[2] = {{-1, 0, 0}, {-1, 0, 0}};
    if (has_output && out.empty()) ends[0].events |= POLLIN;
    if (has_output && !in.empty()) ends[0].events |= POLLOUT;
    if (has_input && in.empty()) ends[1].events |= POLLIN;
    if (!out.empty()) ends[1].events |= POLLOUT;
    if (ends[0].events != 0) ends[0].fd = master;
    ends[1].fd = socket;
    if (poll(ends, 2, -1) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if ((ends[1].revents & kGone) != 0) has_reader = false;
    if ((ends[0].revents & (POLLIN | kGone)) != 0 && out.empty() && !out.fill(master)) {
      has_output = false;
      hang_up();
    }
    if ((ends[0].revents & POLLOUT) != 0 && has_output && !in.flush_to_master(master)) in.drop();
    // Nobody takes it, and waiting to write it would not wait.
    if ((ends[0].revents & kGone) != 0) in.drop();
    if ((ends[1].revents & POLLIN) != 0 && in.empty() && !in.fill(socket)) has_input = false;
    // What is written after the terminal's end goes nowhere, without an error: that would cost the reader what he has
    // not read yet.
    if (!has_output) in.drop();
    if (!out.empty() && !out.flush_to_socket(socket)) has_reader = false;
    if (!has_output && out.empty()) shutdown(socket, SHUT_WR);
  }
  hang_up();
  std::lock_guard lock(mutex_);
  socket_.reset();
}

Napi::Value serve_terminal(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::shared_ptr<Terminal> terminal;
  Descriptor other;
  if (const auto failure = Terminal::serve(Descriptor(to_fd(info[0], "the master")), terminal, other)) {
    throw_failure(env, *failure);
  }
  Napi::Object served = Napi::Object::New(env);
  served.Set("socket", other.release());
  served.Set("resize", Napi::Function::New(
                           env,
                           [terminal](const Napi::CallbackInfo& call) {
                             const auto rows = static_cast<uint16_t>(to_unsigned(call[0], "rows", UINT16_MAX));
                             const auto columns = static_cast<uint16_t>(to_unsigned(call[1], "columns", UINT16_MAX));
                             if (const auto failure = terminal->resize(rows, columns)) throw_failure(call.Env(), *failure);
                           },
                           "resize"));
  return served;
}

}  // namespace addon
