// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// In init, before and after pivot: the operations as structs, their decoders, and the one switch over all of them.
#pragma once

#include "reader.h"

namespace init {

struct Context;
enum class Result : bool;

enum class OpId : uint32_t {
  kUnshare = 1,
  kJoinNamespace = 2,
  kLinkUp = 3,
  kSetHostname = 4,
  kSetDomainname = 5,
  kSysctl = 6,
  kOpenTree = 10,
  kCreateFilesystem = 11,
  kSetPropagation = 12,
  kAttachRoot = 13,
  kMount = 14,
  kBindMount = 15,
  kSetMountAttributes = 16,
  kReadonlyPath = 17,
  kMaskPath = 18,
  kMakeDirectory = 19,
  kMakeDevice = 20,
  kMakeSymlink = 21,
  kPivotRoot = 22,
  kNewSession = 30,
  kSetStdio = 31,
  kOwnStdio = 32,
  kSetRlimit = 33,
  kSetOomScoreAdj = 34,
  kSetNoNewPrivileges = 35,
  kDropBounding = 36,
  kSetUser = 37,
  kSetCapabilities = 38,
  kSetUmask = 39,
  kChangeDirectory = 40,
  kFindExecutable = 41,
  kSync = 50,
  kWaitStart = 51,
  kExec = 52,
};

// Create namespaces for init itself: those that clone3 cannot create in the right place (the cgroup namespace is rooted at the cgroup its creator is in, so init must make it after it was born there).
struct OpUnshare {
  uint32_t namespaces;  // CLONE_NEW* flags
};
inline bool decode(Reader& reader, OpUnshare& op) {
  return reader.read(op.namespaces);
}
Result run(Context& context, const OpUnshare& op);

// setns(2) into an existing namespace.
struct OpJoinNamespace {
  Slot namespace_;  // an open /proc/PID/ns file or a bind mount of one
  uint32_t type;  // the CLONE_NEW* flag the descriptor must be of
};
inline bool decode(Reader& reader, OpJoinNamespace& op) {
  return reader.read(op.namespace_) &&
         reader.read(op.type);
}
Result run(Context& context, const OpJoinNamespace& op);

// Set IFF_UP on a network interface of the current network namespace.
struct OpLinkUp {
  String name;  // interface name, e.g. lo
};
inline bool decode(Reader& reader, OpLinkUp& op) {
  return reader.read(op.name);
}
Result run(Context& context, const OpLinkUp& op);

// sethostname(2).
struct OpSetHostname {
  String name;  // at most 64 bytes
};
inline bool decode(Reader& reader, OpSetHostname& op) {
  return reader.read(op.name);
}
Result run(Context& context, const OpSetHostname& op);

// setdomainname(2).
struct OpSetDomainname {
  String name;  // at most 64 bytes
};
inline bool decode(Reader& reader, OpSetDomainname& op) {
  return reader.read(op.name);
}
Result run(Context& context, const OpSetDomainname& op);

// Write a sysctl through a private procfs that nothing can be mounted over.
struct OpSysctl {
  String name;  // path below /proc/sys, with slashes
  String value;  // written as it is
};
inline bool decode(Reader& reader, OpSysctl& op) {
  return reader.read(op.name) &&
         reader.read(op.value);
}
Result run(Context& context, const OpSysctl& op);

// Clone the mount at a host path as a detached tree. The path is resolved once, here; whoever mounts the tree later uses the descriptor.
struct OpOpenTree {
  Slot tree;  // receives the tree
  String path;  // absolute host path
  bool recursive;  // with the mounts below it
  bool directory;  // refuse anything but a directory, and a symbolic link in the last component
};
inline bool decode(Reader& reader, OpOpenTree& op) {
  return reader.read(op.tree) &&
         reader.read(op.path) &&
         reader.read(op.recursive) &&
         reader.read(op.directory);
}
Result run(Context& context, const OpOpenTree& op);

// Make a new detached filesystem instance (fsopen, fsconfig, fsmount).
struct OpCreateFilesystem {
  Slot tree;  // receives the mount
  String type;  // filesystem type
  String source;  // source; empty for none
  Strings data;  // filesystem parameters: key, value, key, value …; an empty value sets a flag
  uint32_t attributes;  // MOUNT_ATTR_* of the mount
  Slot directory;  // resolve relative paths in `data` from here; unset for none
};
inline bool decode(Reader& reader, OpCreateFilesystem& op) {
  return reader.read(op.tree) &&
         reader.read(op.type) &&
         reader.read(op.source) &&
         reader.read(op.data) &&
         reader.read(op.attributes) &&
         reader.read(op.directory);
}
Result run(Context& context, const OpCreateFilesystem& op);

// Change how mount events spread from and to a mount.
struct OpSetPropagation {
  String path;  // absolute path of the mount point
  uint32_t propagation;  // MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE
  bool recursive;  // all mounts below too
};
inline bool decode(Reader& reader, OpSetPropagation& op) {
  return reader.read(op.path) &&
         reader.read(op.propagation) &&
         reader.read(op.recursive);
}
Result run(Context& context, const OpSetPropagation& op);

// Mount a detached tree on top of / without entering it: every later path of this process still starts at the old root until pivotRoot.
struct OpAttachRoot {
  Slot tree;  // the tree; from now on it is what paths inside the container are resolved in
};
inline bool decode(Reader& reader, OpAttachRoot& op) {
  return reader.read(op.tree);
}
Result run(Context& context, const OpAttachRoot& op);

// Mount a new filesystem instance onto a path inside the root. The target is resolved with openat2(RESOLVE_IN_ROOT) and created when missing.
struct OpMount {
  String type;  // filesystem type
  String source;  // source; empty for none
  String target;  // path inside the root
  Strings data;  // filesystem parameters: key, value, key, value …; an empty value sets a flag
  uint32_t attributes;  // MOUNT_ATTR_*
  uint32_t propagation;  // MS_* propagation, 0 for none
  bool no_symlinks;  // refuse a target with a symbolic link anywhere in it (proc and sysfs: CVE-2019-19921)
};
inline bool decode(Reader& reader, OpMount& op) {
  return reader.read(op.type) &&
         reader.read(op.source) &&
         reader.read(op.target) &&
         reader.read(op.data) &&
         reader.read(op.attributes) &&
         reader.read(op.propagation) &&
         reader.read(op.no_symlinks);
}
Result run(Context& context, const OpMount& op);

// Mount a detached tree onto a path inside the root; the target is created as a file or directory, as the tree is.
struct OpBindMount {
  Slot tree;  // from openTree, or sent by the parent
  String target;  // path inside the root
  uint32_t set;  // MOUNT_ATTR_* to set
  uint32_t clear;  // MOUNT_ATTR_* to clear
  bool recursive;  // attributes for the mounts below too
  uint32_t propagation;  // MS_* propagation, 0 for none
};
inline bool decode(Reader& reader, OpBindMount& op) {
  return reader.read(op.tree) &&
         reader.read(op.target) &&
         reader.read(op.set) &&
         reader.read(op.clear) &&
         reader.read(op.recursive) &&
         reader.read(op.propagation);
}
Result run(Context& context, const OpBindMount& op);

// mount_setattr(2) on a mount inside the root.
struct OpSetMountAttributes {
  String path;  // path inside the root; must be a mount point
  uint32_t set;  // MOUNT_ATTR_* to set
  uint32_t clear;  // MOUNT_ATTR_* to clear
  bool recursive;  // the mounts below too
};
inline bool decode(Reader& reader, OpSetMountAttributes& op) {
  return reader.read(op.path) &&
         reader.read(op.set) &&
         reader.read(op.clear) &&
         reader.read(op.recursive);
}
Result run(Context& context, const OpSetMountAttributes& op);

// Make a path read-only by mounting it on itself. A path that does not exist is no error.
struct OpReadonlyPath {
  String path;  // path inside the root
};
inline bool decode(Reader& reader, OpReadonlyPath& op) {
  return reader.read(op.path);
}
Result run(Context& context, const OpReadonlyPath& op);

// Hide a path: a directory behind an empty read-only tmpfs (one for all), anything else behind the null device. A path that does not exist is no error.
struct OpMaskPath {
  String path;  // path inside the root
  Slot null;  // the host’s null device, from openTree: a container can replace its own (CVE-2025-31133)
};
inline bool decode(Reader& reader, OpMaskPath& op) {
  return reader.read(op.path) &&
         reader.read(op.null);
}
Result run(Context& context, const OpMaskPath& op);

// Make a directory and its missing parents (0755). One that exists is left as it is.
struct OpMakeDirectory {
  Slot base;  // resolve the path inside this directory
  String path;  // path inside base
  uint32_t mode;  // permission bits of the last component
};
inline bool decode(Reader& reader, OpMakeDirectory& op) {
  return reader.read(op.base) &&
         reader.read(op.path) &&
         reader.read(op.mode);
}
Result run(Context& context, const OpMakeDirectory& op);

// Make a device node or FIFO inside the root, with exactly this mode and owner. An existing node of the same kind is kept and corrected.
struct OpMakeDevice {
  String path;  // path inside the root
  uint32_t type;  // S_IFCHR, S_IFBLK or S_IFIFO
  uint32_t mode;  // permission bits
  uint32_t major;  // device major number
  uint32_t minor;  // device minor number
  uint32_t uid;  // owner, as seen in the container
  uint32_t gid;  // group, as seen in the container
};
inline bool decode(Reader& reader, OpMakeDevice& op) {
  return reader.read(op.path) &&
         reader.read(op.type) &&
         reader.read(op.mode) &&
         reader.read(op.major) &&
         reader.read(op.minor) &&
         reader.read(op.uid) &&
         reader.read(op.gid);
}
Result run(Context& context, const OpMakeDevice& op);

// Make a symbolic link inside the root. One that exists with the same target is kept.
struct OpMakeSymlink {
  String path;  // path inside the root
  String target;  // what it points to
};
inline bool decode(Reader& reader, OpMakeSymlink& op) {
  return reader.read(op.path) &&
         reader.read(op.target);
}
Result run(Context& context, const OpMakeSymlink& op);

// Enter the root: pivot_root(2), then detach the old root. After this no host path can be reached.
struct OpPivotRoot {
  Slot root;  // the attached root
};
inline bool decode(Reader& reader, OpPivotRoot& op) {
  return reader.read(op.root);
}
Result run(Context& context, const OpPivotRoot& op);

// setsid(2): no controlling terminal, so TIOCSTI reaches nobody.
struct OpNewSession {
};
inline bool decode(Reader&, OpNewSession&) { return true; }
Result run(Context& context, const OpNewSession& op);

// Make these descriptors 0, 1 and 2.
struct OpSetStdio {
  Slot stdin;  // becomes 0
  Slot stdout;  // becomes 1
  Slot stderr;  // becomes 2
};
inline bool decode(Reader& reader, OpSetStdio& op) {
  return reader.read(op.stdin) &&
         reader.read(op.stdout) &&
         reader.read(op.stderr);
}
Result run(Context& context, const OpSetStdio& op);

// Give descriptors 0–2 to the user, so that /dev/stdout can be opened again. Read-only filesystems, unmapped owners and the null device are left alone.
struct OpOwnStdio {
  uint32_t uid;  // new owner
};
inline bool decode(Reader& reader, OpOwnStdio& op) {
  return reader.read(op.uid);
}
Result run(Context& context, const OpOwnStdio& op);

// setrlimit(2).
struct OpSetRlimit {
  uint32_t resource;  // RLIMIT_* number
  uint64_t soft;  // soft limit; 2^64-1 is infinity
  uint64_t hard;  // hard limit; 2^64-1 is infinity
};
inline bool decode(Reader& reader, OpSetRlimit& op) {
  return reader.read(op.resource) &&
         reader.read(op.soft) &&
         reader.read(op.hard);
}
Result run(Context& context, const OpSetRlimit& op);

// Write /proc/self/oom_score_adj.
struct OpSetOomScoreAdj {
  int32_t value;  // -1000 to 1000
};
inline bool decode(Reader& reader, OpSetOomScoreAdj& op) {
  return reader.read(op.value);
}
Result run(Context& context, const OpSetOomScoreAdj& op);

// prctl(PR_SET_NO_NEW_PRIVS).
struct OpSetNoNewPrivileges {
};
inline bool decode(Reader&, OpSetNoNewPrivileges&) { return true; }
Result run(Context& context, const OpSetNoNewPrivileges& op);

// Drop every capability but these from the bounding set.
struct OpDropBounding {
  uint64_t keep;  // capability bits
};
inline bool decode(Reader& reader, OpDropBounding& op) {
  return reader.read(op.keep);
}
Result run(Context& context, const OpDropBounding& op);

// setgroups, setresgid, setresuid; read back and compared.
struct OpSetUser {
  uint32_t uid;  // all three user ids
  uint32_t gid;  // all three group ids
  U32s groups;  // supplementary groups
  bool set_groups;  // call setgroups at all (it is forbidden in a user namespace that denies it)
  bool keep_capabilities;  // keep the permitted set across the change; setCapabilities follows
};
inline bool decode(Reader& reader, OpSetUser& op) {
  return reader.read(op.uid) &&
         reader.read(op.gid) &&
         reader.read(op.groups) &&
         reader.read(op.set_groups) &&
         reader.read(op.keep_capabilities);
}
Result run(Context& context, const OpSetUser& op);

// capset(2), then the ambient set. Read back and compared.
struct OpSetCapabilities {
  uint64_t effective;  // capability bits
  uint64_t permitted;  // capability bits
  uint64_t inheritable;  // capability bits
  uint64_t ambient;  // capability bits
};
inline bool decode(Reader& reader, OpSetCapabilities& op) {
  return reader.read(op.effective) &&
         reader.read(op.permitted) &&
         reader.read(op.inheritable) &&
         reader.read(op.ambient);
}
Result run(Context& context, const OpSetCapabilities& op);

// umask(2).
struct OpSetUmask {
  uint32_t mask;  // mask bits
};
inline bool decode(Reader& reader, OpSetUmask& op) {
  return reader.read(op.mask);
}
Result run(Context& context, const OpSetUmask& op);

// chdir(2), then getcwd(2) must name a path inside the root (CVE-2024-21626).
struct OpChangeDirectory {
  String path;  // absolute path inside the container
};
inline bool decode(Reader& reader, OpChangeDirectory& op) {
  return reader.read(op.path);
}
Result run(Context& context, const OpChangeDirectory& op);

// Find the program as the user that will run it, so that a missing one fails create and not start.
struct OpFindExecutable {
  String name;  // args[0]
  String path;  // value of PATH, searched when name has no slash
};
inline bool decode(Reader& reader, OpFindExecutable& op) {
  return reader.read(op.name) &&
         reader.read(op.path);
}
Result run(Context& context, const OpFindExecutable& op);

// Wait until Node says proceed. Node may say so before init gets here: then this costs nothing.
struct OpSync {
  String point;  // name of the sync point
  bool announce;  // tell Node when init gets here
};
inline bool decode(Reader& reader, OpSync& op) {
  return reader.read(op.point) &&
         reader.read(op.announce);
}
Result run(Context& context, const OpSync& op);

// Report done, then wait for one byte from the start gate. From here on the container outlives its creator.
struct OpWaitStart {
  Slot gate;  // exec.fifo, opened for reading and writing
};
inline bool decode(Reader& reader, OpWaitStart& op) {
  return reader.read(op.gate);
}
Result run(Context& context, const OpWaitStart& op);

// Close every descriptor but 0, 1, 2 and the given number of passed ones, reset signals, report done if waitStart has not, and execve the program findExecutable found.
struct OpExec {
  Strings args;  // argument vector
  Strings env;  // environment, NAME=VALUE
  uint32_t passed_fds;  // descriptors from 3 on that the program inherits
};
inline bool decode(Reader& reader, OpExec& op) {
  return reader.read(op.args) &&
         reader.read(op.env) &&
         reader.read(op.passed_fds);
}
Result run(Context& context, const OpExec& op);

// Decodes the fields of one operation and passes it to `visit`, whose answer it returns; false when it is malformed.
template <typename Visit>
inline bool visitOp(uint32_t id, Reader& reader, Visit visit) {
  switch (static_cast<OpId>(id)) {
    case OpId::kUnshare: {
      OpUnshare op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kJoinNamespace: {
      OpJoinNamespace op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kLinkUp: {
      OpLinkUp op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetHostname: {
      OpSetHostname op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetDomainname: {
      OpSetDomainname op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSysctl: {
      OpSysctl op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kOpenTree: {
      OpOpenTree op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kCreateFilesystem: {
      OpCreateFilesystem op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetPropagation: {
      OpSetPropagation op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kAttachRoot: {
      OpAttachRoot op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kMount: {
      OpMount op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kBindMount: {
      OpBindMount op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetMountAttributes: {
      OpSetMountAttributes op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kReadonlyPath: {
      OpReadonlyPath op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kMaskPath: {
      OpMaskPath op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kMakeDirectory: {
      OpMakeDirectory op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kMakeDevice: {
      OpMakeDevice op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kMakeSymlink: {
      OpMakeSymlink op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kPivotRoot: {
      OpPivotRoot op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kNewSession: {
      OpNewSession op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetStdio: {
      OpSetStdio op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kOwnStdio: {
      OpOwnStdio op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetRlimit: {
      OpSetRlimit op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetOomScoreAdj: {
      OpSetOomScoreAdj op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetNoNewPrivileges: {
      OpSetNoNewPrivileges op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kDropBounding: {
      OpDropBounding op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetUser: {
      OpSetUser op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetCapabilities: {
      OpSetCapabilities op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSetUmask: {
      OpSetUmask op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kChangeDirectory: {
      OpChangeDirectory op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kFindExecutable: {
      OpFindExecutable op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kSync: {
      OpSync op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kWaitStart: {
      OpWaitStart op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
    case OpId::kExec: {
      OpExec op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
  }
  return false;
}

}  // namespace init
