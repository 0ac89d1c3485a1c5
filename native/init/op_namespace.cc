// Operations on namespaces and on what belongs to one: host name, network interfaces, sysctls.
// In init, before and after pivot.
#include <linux/if.h>
#include <linux/sockios.h>

#include "ops.gen.h"
#include "procfs.h"

namespace init {

namespace {

// Other capabilities, as come with a user namespace, make a process as dumpable as fs.suid_dumpable says.
Result stayUndumpable(Context& context) {
  TRY("", prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  return Result::kOk;
}

}  // namespace

Result run(Context& context, const OpUnshare& op) {
  TRY("", unshare, op.namespaces);
  return Result::kOk;
}

Result run(Context& context, const OpJoinNamespace& op) {
  int fd;
  CHECK(context.descriptor(op.namespace_, fd));
  TRY("", setns, fd, op.type);
  return stayUndumpable(context);
}

Result run(Context& context, const OpJoinNamespaces& op) {
  int pidfd;
  CHECK(context.descriptor(op.process, pidfd));
  TRY("", setns, pidfd, op.namespaces);
  return stayUndumpable(context);
}

Result run(Context& context, const OpSetTimeOffsets& op) {
  return writeProcFile(context, "self", "timens_offsets", op.offsets);
}

// In place of a fork: a process with one thread may change its own.
Result run(Context& context, const OpEnterTimeNamespace&) {
  int fd;
  CHECK(openNamespaceLink(context, "time_for_children", fd));
  TRY("time_for_children", setns, fd, CLONE_NEWTIME);
  context.release(fd);
  return Result::kOk;
}

Result run(Context& context, const OpLinkUp& op) {
  ifreq request{};
  if (op.name.length >= IFNAMSIZ) return context.fail(-ENODEV, "", op.name, "an interface name has at most 15 bytes");
  __builtin_memcpy(request.ifr_name, op.name.data, op.name.length);
  // Any socket takes these requests; local ones exist in every kernel.
  const long socket = TRY(op.name, socket, 1 /* AF_UNIX */, 2 /* SOCK_DGRAM */ | O_CLOEXEC, 0);
  TRY(op.name, ioctl, socket, SIOCGIFFLAGS, &request);
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  TRY(op.name, ioctl, socket, SIOCSIFFLAGS, &request);
  context.release(socket);
  return Result::kOk;
}

Result run(Context& context, const OpSetHostname& op) {
  TRY(op.name, sethostname, op.name.data, op.name.length);
  return Result::kOk;
}

Result run(Context& context, const OpSetDomainname& op) {
  TRY(op.name, setdomainname, op.name.data, op.name.length);
  return Result::kOk;
}

Result run(Context& context, const OpSysctl& op) {
  return writeProcFile(context, "sys", op.name, op.value);
}

}  // namespace init
