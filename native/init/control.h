// The control socket: receives the plan, sends frames, waits for proceed.
// In init, before and after pivot.
#pragma once

#include "context.h"

namespace init {

// Waits for the plan, checks it and fills the slots with the descriptors that came along. At end of file init exits:
// the parent is gone and nobody is left to tell. The arena must have kPacketSize bytes left; the plan stays there.
constexpr size_t kPacketSize = sizeof(uint32_t) + wire::kMaxInlinePlan;
Result receivePlan(Context& context);

// Waits until the parent says proceed, and keeps the text that comes with it. Exits at end of file. Without `wait`, kNotYet when it has not said so.
enum class Proceed { kNow, kNotYet, kFailed };
Proceed receiveProceed(Context& context, bool wait);

// A frame without text. When the parent has gone before kDone, init exits.
void sendFrame(Context& context, wire::FromInit kind, uint64_t value = 0);
// A frame that hands a descriptor to the parent, which this process keeps as well. Fails as sendmsg(2) does.
Result sendDescriptorFrame(Context& context, int fd);
// The same to a program that listens on another socket, with a text. The convention of runc's console sockets.
Result sendDescriptor(Context& context, int socket, int fd, String text);
// Reports context.failure. That nobody listens any more is no error.
void sendFailure(Context& context);

[[noreturn]] void quit(int code);

}  // namespace init
