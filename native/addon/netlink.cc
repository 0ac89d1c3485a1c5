// netlink: one request to the kernel's networking, in a network namespace of choice.
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <thread>

#include "arguments.h"
#include "descriptor.h"
#include "environment.h"
#include "functions.h"
#include "held_fds.h"
#include "kernel.h"

namespace addon {

namespace {

// Answers wait for the kernel's network lock, which the end of many namespaces at once can hold for seconds.
constexpr timeval kPatience{10, 0};

Outcome make_socket(int protocol, Descriptor& socket_fd) {
  socket_fd = Descriptor(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!socket_fd) return failed("socket AF_NETLINK");
  const int on = 1;
  // Without them the answer still comes, only with fewer words.
  setsockopt(socket_fd.get(), SOL_NETLINK, kernel::kNetlinkExtAck, &on, sizeof on);
  setsockopt(socket_fd.get(), SOL_NETLINK, kernel::kNetlinkCapAck, &on, sizeof on);
  if (setsockopt(socket_fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) < 0) {
    return failed("setsockopt SO_RCVTIMEO");
  }
  return {};
}

// setns changes the thread that calls it and no other, and this one ends here. The socket stays in the namespace.
Outcome make_socket_in(int netns, int protocol, Descriptor& socket_fd) {
  if (netns < 0) return make_socket(protocol, socket_fd);
  Outcome outcome;
  try {
    std::thread([&] {
      if (setns(netns, CLONE_NEWNET) < 0) {
        outcome = failed("setns");
      } else {
        outcome = make_socket(protocol, socket_fd);
      }
    }).join();
  } catch (const std::system_error& error) {
    return Failure{"start a thread", error.code().value(), {}};
  }
  return outcome;
}

class NetlinkJob : public Job {
 public:
  NetlinkJob(int protocol, HeldFds netns, std::vector<uint8_t> request)
      : protocol_(protocol), netns_(std::move(netns)), request_(std::move(request)) {}

  Outcome run() noexcept override {
    if (netns_.failure()) return netns_.failure();
    if (auto failure = make_socket_in(netns_.first(), protocol_, socket_)) return failure;
    auto failure = exchange();
    socket_.reset();
    return failure;
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Array array = Napi::Array::New(env, messages_.size());
    for (uint32_t i = 0; i < messages_.size(); ++i) {
      array.Set(i, Napi::Buffer<uint8_t>::Copy(env, messages_[i].data(), messages_[i].size()));
    }
    return array;
  }

 private:
  Outcome exchange() {
    sockaddr_nl kernel_address{};
    kernel_address.nl_family = AF_NETLINK;
    const auto* address = reinterpret_cast<const sockaddr*>(&kernel_address);
    if (sendto(socket_.get(), request_.data(), request_.size(), 0, address, sizeof kernel_address) < 0) {
      return failed("sendto netlink");
    }
    for (bool complete = false; !complete;) {
      std::vector<uint8_t> datagram;
      if (auto failure = receive(datagram)) return failure;
      complete = take_messages(datagram);
    }
    return {};
  }

  Outcome receive(std::vector<uint8_t>& datagram) {
    // How long it is must be asked first: what does not fit is lost.
    ssize_t size;
    do {
      size = recv(socket_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return Failure{"recv netlink", errno == EAGAIN ? ETIMEDOUT : errno, {}};
    datagram.resize(static_cast<size_t>(size));
    if (recv(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT) != size) return failed("recv netlink");
    return {};
  }

  // True when the last one was among them.
  bool take_messages(const std::vector<uint8_t>& datagram) {
    size_t offset = 0;
    while (datagram.size() - offset >= sizeof(nlmsghdr)) {
      nlmsghdr header;
      memcpy(&header, datagram.data() + offset, sizeof header);
      if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size() - offset) break;
      const auto first = datagram.begin() + static_cast<ptrdiff_t>(offset);
      messages_.emplace_back(first, first + header.nlmsg_len);
      if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) return true;
      offset = std::min(datagram.size(), offset + NLMSG_ALIGN(header.nlmsg_len));
    }
    return false;
  }

  int protocol_;
  HeldFds netns_;
  std::vector<uint8_t> request_;
  Descriptor socket_;
  std::vector<std::vector<uint8_t>> messages_;
};

// Only a dump ends by itself; of anything else an acknowledgement must be asked for, or the end would never come.
void check_request(Napi::Env env, const std::vector<uint8_t>& request) {
  nlmsghdr header{};
  if (request.size() >= sizeof header) memcpy(&header, request.data(), sizeof header);
  const bool ends = (header.nlmsg_flags & NLM_F_ACK) != 0 || (header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  if (header.nlmsg_len == request.size() && request.size() >= sizeof header && ends) return;
  throw Napi::TypeError::New(env,
                             "libcontainer addon: a netlink request must be one message, as long as its header says, "
                             "with NLM_F_ACK or NLM_F_DUMP");
}

}  // namespace

Napi::Value netlink(const Napi::CallbackInfo& info) {
  const int protocol = static_cast<int>(to_unsigned(info[0], "protocol", 255));
  HeldFds netns(to_fd(info[1], "netns"));
  auto request = to_bytes(info[2], "request");
  check_request(info.Env(), request);
  return Environment::of(info.Env())
      ->submit(std::make_unique<NetlinkJob>(protocol, std::move(netns), std::move(request)));
}

}  // namespace addon
