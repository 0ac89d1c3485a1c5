// netlink: requests to the kernel's networking, each in a network namespace of choice, up to the first that is refused.
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "arguments.h"
#include "descriptor.h"
#include "environment.h"
#include "functions.h"
#include "held_fds.h"
#include "kernel.h"
#include "network_namespace.h"

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

// A socket stays in the namespace it was made in.
Outcome make_socket_in(int netns, int protocol, Descriptor& socket_fd) {
  if (netns < 0) return make_socket(protocol, socket_fd);
  return in_network_namespace(netns, [&] { return make_socket(protocol, socket_fd); });
}

struct Request {
  int netns;  // as JavaScript named it
  std::vector<uint8_t> bytes;
};

class NetlinkJob : public Job {
 public:
  NetlinkJob(int protocol, HeldFds netns, std::vector<Request> requests)
      : protocol_(protocol), netns_(std::move(netns)), requests_(std::move(requests)) {}

  Outcome run() noexcept override {
    if (netns_.failure()) return netns_.failure();
    Outcome failure;
    for (size_t i = 0; i < requests_.size() && !failure && !refused_; ++i) {
      Descriptor& socket = sockets_[requests_[i].netns];
      if (!socket) failure = make_socket_in(netns_.numbers()[i], protocol_, socket);
      if (!failure) failure = exchange(socket.get(), requests_[i].bytes);
    }
    sockets_.clear();
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
  Outcome exchange(int socket, const std::vector<uint8_t>& request) {
    sockaddr_nl kernel_address{};
    kernel_address.nl_family = AF_NETLINK;
    const auto* address = reinterpret_cast<const sockaddr*>(&kernel_address);
    if (sendto(socket, request.data(), request.size(), 0, address, sizeof kernel_address) < 0) {
      return failed("sendto netlink");
    }
    for (bool complete = false; !complete;) {
      std::vector<uint8_t> datagram;
      if (auto failure = receive(socket, datagram)) return failure;
      complete = take_messages(datagram);
    }
    return {};
  }

  Outcome receive(int socket, std::vector<uint8_t>& datagram) {
    // How long it is must be asked first: what does not fit is lost.
    ssize_t size;
    do {
      size = recv(socket, nullptr, 0, MSG_PEEK | MSG_TRUNC);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return Failure{"recv netlink", errno == EAGAIN ? ETIMEDOUT : errno, {}};
    datagram.resize(static_cast<size_t>(size));
    if (recv(socket, datagram.data(), datagram.size(), MSG_DONTWAIT) != size) return failed("recv netlink");
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
      if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
        refused_ = is_refusal(messages_.back());
        return true;
      }
      offset = std::min(datagram.size(), offset + NLMSG_ALIGN(header.nlmsg_len));
    }
    return false;
  }

  // Both kinds begin with the error, 0 for none.
  static bool is_refusal(const std::vector<uint8_t>& message) {
    int32_t error = 0;
    if (message.size() >= sizeof(nlmsghdr) + sizeof error) memcpy(&error, &message[sizeof(nlmsghdr)], sizeof error);
    return error < 0;
  }

  int protocol_;
  HeldFds netns_;
  std::vector<Request> requests_;
  std::map<int, Descriptor> sockets_;
  std::vector<std::vector<uint8_t>> messages_;
  bool refused_ = false;
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
  const auto netns = to_fds(info[1], "netns");
  auto messages = to_byte_lists(info[2], "requests");
  if (messages.size() != netns.size()) {
    throw Napi::TypeError::New(info.Env(), "libcontainer addon: each request must have its netns");
  }
  std::vector<Request> requests;
  for (size_t i = 0; i < messages.size(); ++i) {
    check_request(info.Env(), messages[i]);
    requests.push_back({netns[i], std::move(messages[i])});
  }
  return Environment::of(info.Env())
      ->submit(std::make_unique<NetlinkJob>(protocol, HeldFds(netns), std::move(requests)));
}

}  // namespace addon
