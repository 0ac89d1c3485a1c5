// Sending to init over its control socket: the plan with its descriptors, and the word to go on.
#include "control.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "../wire.h"
#include "arguments.h"
#include "descriptor.h"
#include "environment.h"
#include "errors.h"
#include "functions.h"
#include "kernel.h"
#include "null_device.h"

namespace addon {

namespace {

// SCM_MAX_FD of the kernel, less the one of a plan that is a memfd itself.
constexpr size_t kMaxDescriptors = 252;

Outcome send_packet(int control, uint32_t kind, const std::vector<uint8_t>& body, const std::vector<int>& fds) {
  iovec parts[2] = {{&kind, sizeof kind}, {const_cast<uint8_t*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = body.empty() ? 1 : 2;
  std::vector<char> ancillary(fds.empty() ? 0 : CMSG_SPACE(fds.size() * sizeof(int)));
  if (!fds.empty()) {
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
    memcpy(CMSG_DATA(header), fds.data(), fds.size() * sizeof(int));
  }
  ssize_t sent;
  do {
    sent = sendmsg(control, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return failed("sendmsg");
  return {};
}

Outcome write_all(int fd, const std::vector<uint8_t>& bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t written = write(fd, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write plan");
    done += static_cast<size_t>(written);
  }
  return {};
}

Outcome send_as_memfd(int control, const std::vector<uint8_t>& plan, const std::vector<int>& fds) {
  const unsigned flags = kernel::kMfdCloexec | kernel::kMfdAllowSealing;
  const Descriptor memfd(static_cast<int>(syscall(SYS_memfd_create, "libcontainer-plan", flags)));
  if (!memfd) return failed("memfd_create");
  if (auto failure = write_all(memfd.get(), plan)) return failure;
  // init maps it and must not see it change.
  const int seals = kernel::kSealSeal | kernel::kSealShrink | kernel::kSealGrow | kernel::kSealWrite;
  if (fcntl(memfd.get(), F_ADD_SEALS, seals) < 0) return failed("seal plan");
  std::vector<int> all{memfd.get()};
  all.insert(all.end(), fds.begin(), fds.end());
  return send_packet(control, wire::kPlanMemfd, {}, all);
}

}  // namespace

Outcome deliver_plan(int control, const std::vector<uint8_t>& plan, std::vector<int> fds) {
  if (fds.size() > kMaxDescriptors) return Failure{"sendmsg with more than 252 descriptors", EINVAL, {}};
  if (auto failure = fill_in_null_device(fds)) return failure;
  if (plan.size() > wire::kMaxPlanBytes) return Failure{"send a plan of more than 16 MiB", E2BIG, {}};
  if (plan.size() > wire::kMaxInlinePlan) return send_as_memfd(control, plan, fds);
  auto failure = send_packet(control, wire::kPlanInline, plan, fds);
  // Where net.core.wmem_default is small, so are the packets.
  if (failure && failure->error == EMSGSIZE) return send_as_memfd(control, plan, fds);
  return failure;
}

Outcome send_proceed(int control, const std::vector<uint8_t>& text) {
  return send_packet(control, wire::kProceed, text, {});
}

Napi::Value send_plan(const Napi::CallbackInfo& info) {
  const int control = to_fd(info[0], "the control socket");
  const auto plan = to_bytes(info[1], "plan");
  const auto fds = to_fds(info[2], "fds");
  if (const auto failure = deliver_plan(control, plan, fds)) throw_failure(info.Env(), *failure);
  return info.Env().Undefined();
}

Napi::Value proceed(const Napi::CallbackInfo& info) {
  const std::vector<uint8_t> text = info[1].IsUndefined() ? std::vector<uint8_t>() : to_bytes(info[1], "the text");
  const auto failure = send_proceed(to_fd(info[0], "the control socket"), text);
  if (failure) throw_failure(info.Env(), *failure);
  return info.Env().Undefined();
}

}  // namespace addon
