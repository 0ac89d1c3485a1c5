// The control socket's two directions.
// In init, before and after pivot.
#include "control.h"

#include <linux/memfd.h>
#include <linux/mman.h>

namespace init {

namespace {

struct Descriptors {
  alignas(8) uint8_t control[sizeof(kernel::ControlHeader) + kernel::kMaxScmRights * sizeof(int)];
  const int* fds = nullptr;
  uint32_t count = 0;
};

// One packet; its length, 0 at end of file.
Result receivePacket(Context& context, Descriptors& received, size_t& length) {
  kernel::IoVector vector{context.arena.next(), kPacketSize};
  kernel::Message message{nullptr, 0, &vector, 1, received.control, sizeof received.control, 0};
  long size;
  do {
    size = SYS(recvmsg, context.control, &message, kernel::kMsgCmsgCloexec);
  } while (size == -EINTR);
  if (size < 0) return context.fail(size, "recvmsg", "plan");
  // With fewer descriptors than sent every slot would be a different file than meant.
  if ((message.flags & kernel::kMsgCtrunc) != 0) {
    return context.fail(-EMFILE, "recvmsg", "plan", "not all descriptors fit: RLIMIT_NOFILE is too low");
  }
  if ((message.flags & kernel::kMsgTrunc) != 0) return context.fail(-EBADMSG, "recvmsg", "plan", "packet too long");

  const auto* header = reinterpret_cast<const kernel::ControlHeader*>(received.control);
  if (message.control_length >= sizeof *header && header->level == kernel::kSolSocket &&
      header->type == kernel::kScmRights) {
    received.fds = reinterpret_cast<const int*>(header + 1);
    received.count = static_cast<uint32_t>((header->length - sizeof *header) / sizeof(int));
  }
  length = static_cast<size_t>(size);
  return Result::kOk;
}

// A plan that came as a file. The seals are what makes it safe to check it once and use it afterwards.
Result mapPlan(Context& context, int fd, const uint8_t*& bytes, size_t& size) {
  constexpr long kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  long seals = TRY("plan", fcntl, fd, F_GET_SEALS);
  if ((seals & kSeals) != kSeals) return context.fail(-EBADMSG, "fcntl", "plan", "the memfd is not sealed");
  long length = TRY("plan", lseek, fd, 0, 2 /* SEEK_END */);
  if (length == 0 || length > wire::kMaxPlanBytes) {
    return context.fail(-EBADMSG, "lseek", "plan", "the memfd is empty or too long");
  }
  long address = TRY("plan", mmap, 0, length, PROT_READ, MAP_PRIVATE, fd, 0);
  SYS(close, fd);
  bytes = reinterpret_cast<const uint8_t*>(address);
  size = static_cast<size_t>(length);
  return Result::kOk;
}

Result fillSlots(Context& context, const int* fds, uint32_t count) {
  const wire::PlanHeader& header = context.plan.header;
  if (header.given != count) {
    return context.fail(-EBADMSG, "", "plan", "another number of descriptors came along than it says");
  }
  context.slots = static_cast<int*>(context.arena.take(header.slots * sizeof(int)));
  for (uint32_t i = 0; i < header.slots; i++) context.slots[i] = i < count ? fds[i] : -1;
  return Result::kOk;
}

void send(Context& context, wire::FrameHeader& header, const Failure& failure) {
  size_t room = wire::kMaxFrame - sizeof header;
  auto part = [&room](String text) -> kernel::IoVector {
    size_t length = text.length < room ? text.length : room;
    room -= length;
    return {text.data, length};
  };
  kernel::IoVector vectors[] = {{&header, sizeof header},
                                part(failure.syscall),
                                part(failure.subject),
                                part(*failure.subject == 0 || *failure.message == 0 ? "" : ": "),
                                part(failure.message)};
  header.syscall_length = static_cast<uint16_t>(vectors[1].length);
  header.detail_length = static_cast<uint16_t>(vectors[2].length + vectors[3].length + vectors[4].length);
  kernel::Message message{nullptr, 0, vectors, sizeof vectors / sizeof vectors[0], nullptr, 0, 0};
  long sent;
  do {
    sent = SYS(sendmsg, context.control, &message, kernel::kMsgNosignal);
  } while (sent == -EINTR);
  if (sent < 0 && !context.is_done) quit(1);
}

long sendPacket(int socket, kernel::IoVector* vectors, size_t count, int fd) {
  kernel::OneDescriptor rights{{sizeof(kernel::ControlHeader) + sizeof fd, kernel::kSolSocket, kernel::kScmRights}, fd, 0};
  kernel::Message message{nullptr, 0, vectors, count, &rights, sizeof rights, 0};
  long sent;
  do {
    sent = SYS(sendmsg, socket, &message, kernel::kMsgNosignal);
  } while (sent == -EINTR);
  return sent;
}

}  // namespace

void quit(int code) {
  for (;;) SYS(exit_group, code);
}

Result receivePlan(Context& context) {
  Descriptors received;
  size_t length = 0;
  const uint8_t* packet = context.arena.next();
  CHECK(receivePacket(context, received, length));
  if (length == 0) quit(1);
  // Only now: what is taken next shall share the plan's last page.
  context.arena.take(length);

  uint32_t kind = length < sizeof kind ? 0 : load<uint32_t>(packet);
  const uint8_t* bytes = packet + sizeof kind;
  size_t size = length - sizeof kind;
  const int* fds = received.fds;
  uint32_t count = received.count;
  if (kind == wire::kPlanMemfd && size == 0 && count > 0) {
    CHECK(mapPlan(context, fds[0], bytes, size));
    fds++;
    count--;
  } else if (kind != wire::kPlanInline) {
    return context.fail(-EBADMSG, "", "plan", "the first packet is none");
  }

  PlanError error;
  if (!verifyPlan(bytes, size, context.plan, error)) {
    context.index = error.index;
    return context.fail(-EBADMSG, "", "", error.message);
  }
  return fillSlots(context, fds, count);
}

Proceed receiveProceed(Context& context, bool wait) {
  uint32_t kind = 0;
  // Looked at first: how much memory it takes is not known before.
  const unsigned flags = kernel::kMsgPeek | kernel::kMsgTrunc | (wait ? 0 : kernel::kMsgDontwait);
  long size;
  do {
    size = SYS(recvfrom, context.control, &kind, sizeof kind, flags, nullptr, nullptr);
  } while (size == -EINTR);
  if (size == 0 || size == -ECONNRESET) quit(1);
  if (size == -EAGAIN) return Proceed::kNotYet;
  if (size < long{sizeof kind} || kind != wire::kProceed) {
    context.fail(size < 0 ? size : -EBADMSG, "recvfrom", "", size < 0 ? "" : "expected proceed, got another packet");
    return Proceed::kFailed;
  }
  auto* packet = static_cast<char*>(context.arena.take(static_cast<size_t>(size)));
  SYS(recvfrom, context.control, packet, size, 0, nullptr, nullptr);
  context.text = {packet + sizeof kind, static_cast<uint32_t>(size - long{sizeof kind})};
  return Proceed::kNow;
}

void sendFrame(Context& context, wire::FromInit kind, uint64_t value) {
  wire::FrameHeader header{kind, context.index, 0, 0, 0, value};
  send(context, header, {});
}

Result sendDescriptorFrame(Context& context, int fd) {
  wire::FrameHeader header{wire::kDescriptor, context.index, 0, 0, 0, 0};
  kernel::IoVector vector{&header, sizeof header};
  const long sent = sendPacket(context.control, &vector, 1, fd);
  return sent < 0 ? context.fail(sent, "sendmsg", "control socket") : Result::kOk;
}

Result sendDescriptor(Context& context, int socket, int fd, String text) {
  kernel::IoVector vector{text.data, text.length};
  const long sent = sendPacket(socket, &vector, 1, fd);
  return sent < 0 ? context.fail(sent, "sendmsg", "socket") : Result::kOk;
}

void sendFailure(Context& context) {
  wire::FrameHeader header{wire::kFailed, context.index, context.failure.error, 0, 0, 0};
  send(context, header, context.failure);
}

}  // namespace init
