// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// In init, before and after pivot: the operations as structs, what their fields are, and the one switch over them.
#pragma once

// clang-format off
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
  kJoinNamespaces = 60,
  kFork = 61,
  kFindHome = 65,
  kNewSessionKeyring = 66,
  kOpenProcfs = 67,
  kSetSecurityAttribute = 68,
  kSetScheduler = 69,
  kSetIoPriority = 70,
  kSetCpuAffinity = 71,
  kSetMemoryPolicy = 72,
  kSetPersonality = 73,
  kSetTreeAttributes = 80,
  kCopyUp = 81,
  kReconfigure = 82,
  kOpenDevice = 83,
  kMoveRoot = 84,
  kReopenNull = 85,
  kSupervise = 90,
  kRunHook = 91,
  kOpenTerminal = 100,
  kOwnTerminal = 101,
  kBindTerminal = 102,
  kSendTerminal = 103,
  kSetControllingTerminal = 104,
  kSeccomp = 110,
  kSettleDescriptors = 111,
  kSetTimeOffsets = 120,
  kEnterTimeNamespace = 121,
  kOpenRoot = 122,
  kChangeRoot = 123,
  kSetParentDeathSignal = 124,
  kOpenDirectory = 125,
  kFindListenPid = 130,
  kCloseDescriptors = 140,
};

// Create namespaces for init itself: those that clone3 cannot create in the right place (the cgroup namespace is rooted at the cgroup its creator is in, so init must make it after it was born there).
struct OpUnshare {
  uint32_t namespaces;  // CLONE_NEW* flags
};
Result run(Context& context, const OpUnshare& op);

// setns(2) into an existing namespace.
struct OpJoinNamespace {
  Slot namespace_;  // an open /proc/PID/ns file or a bind mount of one
  uint32_t type;  // the CLONE_NEW* flag the descriptor must be of
};
Result run(Context& context, const OpJoinNamespace& op);

// Set IFF_UP on a network interface of the current network namespace.
struct OpLinkUp {
  String name;  // interface name, e.g. lo
};
Result run(Context& context, const OpLinkUp& op);

// sethostname(2).
struct OpSetHostname {
  String name;  // at most 64 bytes
};
Result run(Context& context, const OpSetHostname& op);

// setdomainname(2).
struct OpSetDomainname {
  String name;  // at most 64 bytes
};
Result run(Context& context, const OpSetDomainname& op);

// Write a sysctl through a private procfs that nothing can be mounted over.
struct OpSysctl {
  String name;  // path below /proc/sys, with slashes
  String value;  // written as it is
};
Result run(Context& context, const OpSysctl& op);

// Clone the mount at a host path as a detached tree. The path is resolved once, here; whoever mounts the tree later uses the descriptor.
struct OpOpenTree {
  Slot tree;  // receives the tree
  String path;  // absolute host path
  bool recursive;  // with the mounts below it
  bool directory;  // refuse anything but a directory, and a symbolic link in the last component
};
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
Result run(Context& context, const OpCreateFilesystem& op);

// Change how mount events spread from and to a mount.
struct OpSetPropagation {
  String path;  // absolute path of the mount point
  uint32_t propagation;  // MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE
  bool recursive;  // all mounts below too
};
Result run(Context& context, const OpSetPropagation& op);

// Mount a detached tree without entering it, on top of / or where others look for it: every later path of this process still starts at the old root until pivotRoot.
struct OpAttachRoot {
  Slot tree;  // the tree; from now on it is what paths inside the container are resolved in
  Slot onto;  // the directory to mount it on; unset for /
};
Result run(Context& context, const OpAttachRoot& op);

// Mount a new filesystem instance onto a path inside the root. The target is resolved with openat2(RESOLVE_IN_ROOT) and created when missing.
struct OpMount {
  String type;  // filesystem type
  String source;  // source; empty for none
  String target;  // path inside the root
  Strings data;  // filesystem parameters: key, value, key, value …; an empty value sets a flag
  uint32_t attributes;  // MOUNT_ATTR_*
  uint32_t propagation;  // MS_* propagation, with MS_REC for the mounts below too; 0 for none
  bool no_symlinks;  // refuse a target with a symbolic link anywhere in it (proc and sysfs: CVE-2019-19921)
};
Result run(Context& context, const OpMount& op);

// Mount a detached tree onto a path inside the root; the target is created as a file or directory, as the tree is.
struct OpBindMount {
  Slot tree;  // from openTree, or sent by the parent
  String target;  // path inside the root
  uint32_t set;  // MOUNT_ATTR_* to set
  uint32_t clear;  // MOUNT_ATTR_* to clear
  bool recursive;  // attributes for the mounts below too
  uint32_t propagation;  // MS_* propagation, with MS_REC for the mounts below too; 0 for none
};
Result run(Context& context, const OpBindMount& op);

// mount_setattr(2) on a mount inside the root.
struct OpSetMountAttributes {
  String path;  // path inside the root; must be a mount point
  uint32_t set;  // MOUNT_ATTR_* to set
  uint32_t clear;  // MOUNT_ATTR_* to clear
  bool recursive;  // the mounts below too
};
Result run(Context& context, const OpSetMountAttributes& op);

// Make a path read-only by mounting it on itself. A path that does not exist is no error.
struct OpReadonlyPath {
  String path;  // path inside the root
};
Result run(Context& context, const OpReadonlyPath& op);

// Hide a path: a directory behind an empty read-only tmpfs (one for all), anything else behind the null device. A path that does not exist is no error.
struct OpMaskPath {
  String path;  // path inside the root
  Slot null;  // the host’s null device, from openTree: a container can replace its own (CVE-2025-31133)
};
Result run(Context& context, const OpMaskPath& op);

// Make a directory and its missing parents (0755). One that exists is left as it is.
struct OpMakeDirectory {
  Slot base;  // resolve the path inside this directory
  String path;  // path inside base
  uint32_t mode;  // permission bits of the last component
};
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
Result run(Context& context, const OpMakeDevice& op);

// Make a symbolic link inside the root. One that exists with the same target is kept.
struct OpMakeSymlink {
  String path;  // path inside the root
  String target;  // what it points to
};
Result run(Context& context, const OpMakeSymlink& op);

// Enter the root: pivot_root(2), then detach the old root. After this no host path can be reached.
struct OpPivotRoot {
  Slot root;  // the attached root
};
Result run(Context& context, const OpPivotRoot& op);

// setsid(2): no controlling terminal, so TIOCSTI reaches nobody.
struct OpNewSession {
};
Result run(Context& context, const OpNewSession& op);

// Make these descriptors 0, 1 and 2.
struct OpSetStdio {
  Slot stdin;  // becomes 0
  Slot stdout;  // becomes 1
  Slot stderr;  // becomes 2
};
Result run(Context& context, const OpSetStdio& op);

// Give those of the descriptors 0–2 that are pipes or sockets to the user, so that /dev/stdout can be opened again. Files, terminals and the null device keep their owner.
struct OpOwnStdio {
  uint32_t uid;  // new owner
};
Result run(Context& context, const OpOwnStdio& op);

// setrlimit(2).
struct OpSetRlimit {
  uint32_t resource;  // RLIMIT_* number
  uint64_t soft;  // soft limit; 2^64-1 is infinity
  uint64_t hard;  // hard limit; 2^64-1 is infinity
};
Result run(Context& context, const OpSetRlimit& op);

// Write /proc/self/oom_score_adj.
struct OpSetOomScoreAdj {
  int32_t value;  // -1000 to 1000
};
Result run(Context& context, const OpSetOomScoreAdj& op);

// prctl(PR_SET_NO_NEW_PRIVS).
struct OpSetNoNewPrivileges {
};
Result run(Context& context, const OpSetNoNewPrivileges& op);

// Drop every capability but these from the bounding set.
struct OpDropBounding {
  uint64_t keep;  // capability bits
};
Result run(Context& context, const OpDropBounding& op);

// setgroups, setresgid, setresuid; user and group ids are read back and compared.
struct OpSetUser {
  uint32_t uid;  // all three user ids
  uint32_t gid;  // all three group ids
  U32s groups;  // supplementary groups
  bool set_groups;  // call setgroups at all (it is forbidden in a user namespace that denies it)
  bool keep_capabilities;  // keep the permitted set across the change; setCapabilities follows
};
Result run(Context& context, const OpSetUser& op);

// capset(2), then the ambient set. Read back and compared.
struct OpSetCapabilities {
  uint64_t effective;  // capability bits
  uint64_t permitted;  // capability bits
  uint64_t inheritable;  // capability bits
  uint64_t ambient;  // capability bits
};
Result run(Context& context, const OpSetCapabilities& op);

// umask(2).
struct OpSetUmask {
  uint32_t mask;  // mask bits
};
Result run(Context& context, const OpSetUmask& op);

// chdir(2), then getcwd(2) must name a path inside the root (CVE-2024-21626).
struct OpChangeDirectory {
  String path;  // absolute path inside the container
};
Result run(Context& context, const OpChangeDirectory& op);

// Find the program as the user that will run it, so that a missing one fails create and not start.
struct OpFindExecutable {
  String name;  // args[0]
  String path;  // value of PATH, searched when name has no slash; empty: nothing is
};
Result run(Context& context, const OpFindExecutable& op);

// Wait until Node says proceed. Node may say so before init gets here: then this costs nothing.
struct OpSync {
  String point;  // name of the sync point
  bool announce;  // tell Node when init gets here
};
Result run(Context& context, const OpSync& op);

// Report done, then wait for one byte from the start gate. From here on the container outlives its creator.
struct OpWaitStart {
  Slot gate;  // exec.fifo, opened for reading and writing
};
Result run(Context& context, const OpWaitStart& op);

// Close every descriptor but 0, 1, 2 and the given number of passed ones, reset signals, report done if waitStart has not, and execve the program findExecutable found.
struct OpExec {
  Strings args;  // argument vector
  Strings env;  // environment, NAME=VALUE
  uint32_t passed_fds;  // how many descriptors the program inherits from 3 on: the first of the given slots
};
Result run(Context& context, const OpExec& op);

// setns(2) into namespaces of a process, all at once: into its user namespace first, whose capabilities the others ask for. The process stays one that cannot be dumped.
struct OpJoinNamespaces {
  Slot process;  // a pidfd
  uint32_t namespaces;  // CLONE_NEW* flags
};
Result run(Context& context, const OpJoinNamespaces& op);

// clone(2) with CLONE_PARENT: a child of the parent’s goes on with the plan, and this process exits. A pid namespace that was joined is that of the child. The parent is told of it, maps its ids where they are new, and says when it may go on.
struct OpFork {
  uint32_t namespaces;  // CLONE_NEW* flags of what is new for the child
};
Result run(Context& context, const OpFork& op);

// Find the home directory of a user in /etc/passwd; the program then gets it as HOME. `/` when it is not there.
struct OpFindHome {
  uint32_t uid;  // user id, as seen in the container
};
Result run(Context& context, const OpFindHome& op);

// Have an empty session keyring in the place of the caller’s (keyctl(2), KEYCTL_JOIN_SESSION_KEYRING). A kernel without keyrings has none to leave.
struct OpNewSessionKeyring {
  bool optional;  // go on where keyctl(2) is forbidden: a filter around all this keeps the program from it as well
};
Result run(Context& context, const OpNewSessionKeyring& op);

// Open the private procfs while the one it may have to be taken from is still in sight.
struct OpOpenProcfs {
};
Result run(Context& context, const OpOpenProcfs& op);

// Write an attribute of a security module below /proc/self/attr, through the private procfs (CVE-2019-16884, CVE-2025-52881).
struct OpSetSecurityAttribute {
  String name;  // path below attr
  String fallback;  // path for kernels that do not have the first; empty for none
  String value;  // written as it is
};
Result run(Context& context, const OpSetSecurityAttribute& op);

// sched_setattr(2).
struct OpSetScheduler {
  uint32_t policy;  // SCHED_* number
  uint64_t flags;  // SCHED_FLAG_*; those about utilisation clamps take them back to the system’s default
  int32_t nice;  // -20 to 19
  uint32_t priority;  // 1 to 99 for SCHED_FIFO and SCHED_RR, else 0
  uint64_t runtime;  // SCHED_DEADLINE: nanoseconds
  uint64_t deadline;  // SCHED_DEADLINE: nanoseconds
  uint64_t period;  // SCHED_DEADLINE: nanoseconds
};
Result run(Context& context, const OpSetScheduler& op);

// ioprio_set(2).
struct OpSetIoPriority {
  uint32_t class_;  // IOPRIO_CLASS_* number
  uint32_t priority;  // 0 to 7
};
Result run(Context& context, const OpSetIoPriority& op);

// sched_setaffinity(2).
struct OpSetCpuAffinity {
  U32s cpus;  // CPU numbers
};
Result run(Context& context, const OpSetCpuAffinity& op);

// set_mempolicy(2).
struct OpSetMemoryPolicy {
  uint32_t mode;  // MPOL_* number with MPOL_F_* flags
  U32s nodes;  // node numbers
};
Result run(Context& context, const OpSetMemoryPolicy& op);

// personality(2).
struct OpSetPersonality {
  uint32_t persona;  // PER_* number
};
Result run(Context& context, const OpSetPersonality& op);

// mount_setattr(2) on a detached tree and all mounts in it, before anybody can see it.
struct OpSetTreeAttributes {
  Slot tree;  // from openTree, or sent by the parent
  uint32_t set;  // MOUNT_ATTR_* to set
  uint32_t clear;  // MOUNT_ATTR_* to clear
};
Result run(Context& context, const OpSetTreeAttributes& op);

// Copy what lies at a path inside the root into a detached mount, which is about to cover it: directories, files, links, nodes, with owner, mode and times. A path that does not exist is empty.
struct OpCopyUp {
  Slot tree;  // the mount to fill, from createFilesystem
  String path;  // path inside the root
  bool root;  // give the mount’s own directory the mode and owner of the covered one
};
Result run(Context& context, const OpCopyUp& op);

// Change parameters of the filesystem that is mounted at a path inside the root (fspick, fsconfig).
struct OpReconfigure {
  String path;  // path inside the root; must be a mount point
  Strings data;  // filesystem parameters: key, value, key, value …; an empty value sets a flag
};
Result run(Context& context, const OpReconfigure& op);

// Like openTree for a device node of the host, which must be the device that is meant: its name alone proves nothing.
struct OpOpenDevice {
  Slot tree;  // receives the tree
  String path;  // absolute host path
  uint32_t type;  // S_IFCHR or S_IFBLK
  uint32_t major;  // device major number
  uint32_t minor;  // device minor number
};
Result run(Context& context, const OpOpenDevice& op);

// Enter the root by chroot(2), where pivot_root(2) cannot: the initial root filesystem has no parent to be put aside on. What it covers stays mounted beneath it.
struct OpMoveRoot {
  Slot root;  // the attached root
};
Result run(Context& context, const OpMoveRoot& op);

// Those of these descriptors that are the null device become the container’s own /dev/null, which must be the null device.
struct OpReopenNull {
  Slot stdin;  // to become 0
  Slot stdout;  // to become 1
  Slot stderr;  // to become 2
};
Result run(Context& context, const OpReopenNull& op);

// Go on with the rest of the plan in a child. Init itself stays: it hands on signals, reaps whatever is left to it, and ends as the child ends (128 + signal when one ended it).
struct OpSupervise {
};
Result run(Context& context, const OpSupervise& op);

// Run a program and wait for it: in a session of its own, with the text of the last proceed on standard input. It fails when the program does, or does not end in time; then its whole process group is killed.
struct OpRunHook {
  String name;  // what messages call it
  String path;  // absolute path of the program
  Strings args;  // argument vector
  Strings env;  // environment, NAME=VALUE
  uint32_t timeout;  // milliseconds; 0: none
  Slot directory;  // working directory; unset: /
};
Result run(Context& context, const OpRunHook& op);

// Make a pseudo-terminal in the devpts instance at /dev/pts, which must be one. Its slave is had from the master itself (TIOCGPTPEER): no name of it is ever resolved (CVE-2025-52565).
struct OpOpenTerminal {
  Slot master;  // receives the master
  Slot terminal;  // receives the slave
  uint32_t rows;  // height in characters; 0 leaves what the kernel says
  uint32_t columns;  // width in characters; 0 leaves what the kernel says
};
Result run(Context& context, const OpOpenTerminal& op);

// Give a terminal to a user. Its group, by the instance’s mount option that of terminals, stays.
struct OpOwnTerminal {
  Slot terminal;  // the slave
  uint32_t uid;  // new owner
};
Result run(Context& context, const OpOwnTerminal& op);

// Mount a terminal onto a path inside the root, which must have no symbolic link in it. The target is created as a file when missing.
struct OpBindTerminal {
  Slot terminal;  // the slave: a character device of a devpts instance
  String target;  // path inside the root
  bool create;  // make a target that is missing; else that is no error
};
Result run(Context& context, const OpBindTerminal& op);

// Hand the master to who will serve it: over a socket, as runc’s console sockets have it, or to Node.
struct OpSendTerminal {
  Slot master;  // the master
  Slot socket;  // a connected unix socket; unset: the control socket
};
Result run(Context& context, const OpSendTerminal& op);

// Make the terminal that is standard input the controlling one of the session (TIOCSCTTY): its Ctrl-C, resizing and hang-up are told to the processes in it.
struct OpSetControllingTerminal {
};
Result run(Context& context, const OpSetControllingTerminal& op);

// seccomp(2), SECCOMP_SET_MODE_FILTER: from here on the filter decides about every system call, init’s own too. It takes no_new_privs or CAP_SYS_ADMIN. With NEW_LISTENER it tells the parent the number of the listener, and goes on when that says proceed.
struct OpSeccomp {
  U32s program;  // struct sock_filter, two numbers each: code, jt and jf in the first, k in the second
  uint32_t flags;  // SECCOMP_FILTER_FLAG_*
  bool dumpable;  // with NEW_LISTENER: be dumpable while the parent takes the listener, which else may not
};
Result run(Context& context, const OpSeccomp& op);

// Move the passed descriptors to their places, close every other, and report done if waitStart has not: what exec does first, done before a filter is loaded that may not allow it.
struct OpSettleDescriptors {
  uint32_t passed_fds;  // how many descriptors the program inherits from 3 on: the first of the given slots
};
Result run(Context& context, const OpSettleDescriptors& op);

// Set the clocks of the time namespace that this process’s children will be in (time_namespaces(7)): before any process is in it.
struct OpSetTimeOffsets {
  String offsets;  // lines of CLOCK SECONDS NANOSECONDS, for /proc/self/timens_offsets
};
Result run(Context& context, const OpSetTimeOffsets& op);

// Be in the time namespace that so far only children would be in: setns(2) to /proc/self/ns/time_for_children.
struct OpEnterTimeNamespace {
};
Result run(Context& context, const OpEnterTimeNamespace& op);

// Open the directory that is to be the root, and mount nothing: for a container whose mounts are those of others too.
struct OpOpenRoot {
  Slot root;  // receives the directory; from now on it is what paths inside the container are resolved in
  String path;  // absolute path in the mount namespace that this process is in
};
Result run(Context& context, const OpOpenRoot& op);

// Enter a root that is not alone in its mount namespace: chroot(2). The namespace stays as it is for everybody else.
struct OpChangeRoot {
  Slot root;  // the directory
};
Result run(Context& context, const OpChangeRoot& op);

// prctl(PR_SET_PDEATHSIG). After the last change of user or capabilities, which would take it back.
struct OpSetParentDeathSignal {
  uint32_t signal;  // signal number
};
Result run(Context& context, const OpSetParentDeathSignal& op);

// Open a directory of the host, for mounting on it.
struct OpOpenDirectory {
  Slot tree;  // receives it
  String path;  // absolute path
};
Result run(Context& context, const OpOpenDirectory& op);

// The program gets LISTEN_PID, its process id as it sees it itself (sd_listen_fds(3)): for the process that goes on to execute it.
struct OpFindListenPid {
};
Result run(Context& context, const OpFindListenPid& op);

// Close all but the standard streams, those that are passed, and the control socket: whoever may look into this process from now on finds nothing of the host.
struct OpCloseDescriptors {
  Slot keep;  // stays open too; unset for none
};
Result run(Context& context, const OpCloseDescriptors& op);

// The fields of an operation, a letter each as Reader::readFields takes them; nullptr when there is no such operation.
inline const char* fieldsOf(OpId id) {
  switch (id) {
    case OpId::kUnshare: return "u";
    case OpId::kJoinNamespace: return "fu";
    case OpId::kLinkUp: return "s";
    case OpId::kSetHostname: return "s";
    case OpId::kSetDomainname: return "s";
    case OpId::kSysctl: return "ss";
    case OpId::kOpenTree: return "fsbb";
    case OpId::kCreateFilesystem: return "fssSuf";
    case OpId::kSetPropagation: return "sub";
    case OpId::kAttachRoot: return "ff";
    case OpId::kMount: return "sssSuub";
    case OpId::kBindMount: return "fsuubu";
    case OpId::kSetMountAttributes: return "suub";
    case OpId::kReadonlyPath: return "s";
    case OpId::kMaskPath: return "sf";
    case OpId::kMakeDirectory: return "fsu";
    case OpId::kMakeDevice: return "suuuuuu";
    case OpId::kMakeSymlink: return "ss";
    case OpId::kPivotRoot: return "f";
    case OpId::kNewSession: return "";
    case OpId::kSetStdio: return "fff";
    case OpId::kOwnStdio: return "u";
    case OpId::kSetRlimit: return "uUU";
    case OpId::kSetOomScoreAdj: return "i";
    case OpId::kSetNoNewPrivileges: return "";
    case OpId::kDropBounding: return "U";
    case OpId::kSetUser: return "uunbb";
    case OpId::kSetCapabilities: return "UUUU";
    case OpId::kSetUmask: return "u";
    case OpId::kChangeDirectory: return "s";
    case OpId::kFindExecutable: return "ss";
    case OpId::kSync: return "sb";
    case OpId::kWaitStart: return "f";
    case OpId::kExec: return "SSu";
    case OpId::kJoinNamespaces: return "fu";
    case OpId::kFork: return "u";
    case OpId::kFindHome: return "u";
    case OpId::kNewSessionKeyring: return "b";
    case OpId::kOpenProcfs: return "";
    case OpId::kSetSecurityAttribute: return "sss";
    case OpId::kSetScheduler: return "uUiuUUU";
    case OpId::kSetIoPriority: return "uu";
    case OpId::kSetCpuAffinity: return "n";
    case OpId::kSetMemoryPolicy: return "un";
    case OpId::kSetPersonality: return "u";
    case OpId::kSetTreeAttributes: return "fuu";
    case OpId::kCopyUp: return "fsb";
    case OpId::kReconfigure: return "sS";
    case OpId::kOpenDevice: return "fsuuu";
    case OpId::kMoveRoot: return "f";
    case OpId::kReopenNull: return "fff";
    case OpId::kSupervise: return "";
    case OpId::kRunHook: return "ssSSuf";
    case OpId::kOpenTerminal: return "ffuu";
    case OpId::kOwnTerminal: return "fu";
    case OpId::kBindTerminal: return "fsb";
    case OpId::kSendTerminal: return "ff";
    case OpId::kSetControllingTerminal: return "";
    case OpId::kSeccomp: return "nub";
    case OpId::kSettleDescriptors: return "u";
    case OpId::kSetTimeOffsets: return "s";
    case OpId::kEnterTimeNamespace: return "";
    case OpId::kOpenRoot: return "fs";
    case OpId::kChangeRoot: return "f";
    case OpId::kSetParentDeathSignal: return "u";
    case OpId::kOpenDirectory: return "fs";
    case OpId::kFindListenPid: return "";
    case OpId::kCloseDescriptors: return "f";
  }
  return nullptr;
}

// Runs an operation whose fields have been read.
inline Result dispatch(Context& context, OpId id, const DecodedOp& decoded) {
  switch (id) {
    case OpId::kUnshare: return run(context, *reinterpret_cast<const OpUnshare*>(decoded.bytes));
    case OpId::kJoinNamespace: return run(context, *reinterpret_cast<const OpJoinNamespace*>(decoded.bytes));
    case OpId::kLinkUp: return run(context, *reinterpret_cast<const OpLinkUp*>(decoded.bytes));
    case OpId::kSetHostname: return run(context, *reinterpret_cast<const OpSetHostname*>(decoded.bytes));
    case OpId::kSetDomainname: return run(context, *reinterpret_cast<const OpSetDomainname*>(decoded.bytes));
    case OpId::kSysctl: return run(context, *reinterpret_cast<const OpSysctl*>(decoded.bytes));
    case OpId::kOpenTree: return run(context, *reinterpret_cast<const OpOpenTree*>(decoded.bytes));
    case OpId::kCreateFilesystem: return run(context, *reinterpret_cast<const OpCreateFilesystem*>(decoded.bytes));
    case OpId::kSetPropagation: return run(context, *reinterpret_cast<const OpSetPropagation*>(decoded.bytes));
    case OpId::kAttachRoot: return run(context, *reinterpret_cast<const OpAttachRoot*>(decoded.bytes));
    case OpId::kMount: return run(context, *reinterpret_cast<const OpMount*>(decoded.bytes));
    case OpId::kBindMount: return run(context, *reinterpret_cast<const OpBindMount*>(decoded.bytes));
    case OpId::kSetMountAttributes: return run(context, *reinterpret_cast<const OpSetMountAttributes*>(decoded.bytes));
    case OpId::kReadonlyPath: return run(context, *reinterpret_cast<const OpReadonlyPath*>(decoded.bytes));
    case OpId::kMaskPath: return run(context, *reinterpret_cast<const OpMaskPath*>(decoded.bytes));
    case OpId::kMakeDirectory: return run(context, *reinterpret_cast<const OpMakeDirectory*>(decoded.bytes));
    case OpId::kMakeDevice: return run(context, *reinterpret_cast<const OpMakeDevice*>(decoded.bytes));
    case OpId::kMakeSymlink: return run(context, *reinterpret_cast<const OpMakeSymlink*>(decoded.bytes));
    case OpId::kPivotRoot: return run(context, *reinterpret_cast<const OpPivotRoot*>(decoded.bytes));
    case OpId::kNewSession: return run(context, *reinterpret_cast<const OpNewSession*>(decoded.bytes));
    case OpId::kSetStdio: return run(context, *reinterpret_cast<const OpSetStdio*>(decoded.bytes));
    case OpId::kOwnStdio: return run(context, *reinterpret_cast<const OpOwnStdio*>(decoded.bytes));
    case OpId::kSetRlimit: return run(context, *reinterpret_cast<const OpSetRlimit*>(decoded.bytes));
    case OpId::kSetOomScoreAdj: return run(context, *reinterpret_cast<const OpSetOomScoreAdj*>(decoded.bytes));
    case OpId::kSetNoNewPrivileges: return run(context, *reinterpret_cast<const OpSetNoNewPrivileges*>(decoded.bytes));
    case OpId::kDropBounding: return run(context, *reinterpret_cast<const OpDropBounding*>(decoded.bytes));
    case OpId::kSetUser: return run(context, *reinterpret_cast<const OpSetUser*>(decoded.bytes));
    case OpId::kSetCapabilities: return run(context, *reinterpret_cast<const OpSetCapabilities*>(decoded.bytes));
    case OpId::kSetUmask: return run(context, *reinterpret_cast<const OpSetUmask*>(decoded.bytes));
    case OpId::kChangeDirectory: return run(context, *reinterpret_cast<const OpChangeDirectory*>(decoded.bytes));
    case OpId::kFindExecutable: return run(context, *reinterpret_cast<const OpFindExecutable*>(decoded.bytes));
    case OpId::kSync: return run(context, *reinterpret_cast<const OpSync*>(decoded.bytes));
    case OpId::kWaitStart: return run(context, *reinterpret_cast<const OpWaitStart*>(decoded.bytes));
    case OpId::kExec: return run(context, *reinterpret_cast<const OpExec*>(decoded.bytes));
    case OpId::kJoinNamespaces: return run(context, *reinterpret_cast<const OpJoinNamespaces*>(decoded.bytes));
    case OpId::kFork: return run(context, *reinterpret_cast<const OpFork*>(decoded.bytes));
    case OpId::kFindHome: return run(context, *reinterpret_cast<const OpFindHome*>(decoded.bytes));
    case OpId::kNewSessionKeyring: return run(context, *reinterpret_cast<const OpNewSessionKeyring*>(decoded.bytes));
    case OpId::kOpenProcfs: return run(context, *reinterpret_cast<const OpOpenProcfs*>(decoded.bytes));
    case OpId::kSetSecurityAttribute: return run(context, *reinterpret_cast<const OpSetSecurityAttribute*>(decoded.bytes));
    case OpId::kSetScheduler: return run(context, *reinterpret_cast<const OpSetScheduler*>(decoded.bytes));
    case OpId::kSetIoPriority: return run(context, *reinterpret_cast<const OpSetIoPriority*>(decoded.bytes));
    case OpId::kSetCpuAffinity: return run(context, *reinterpret_cast<const OpSetCpuAffinity*>(decoded.bytes));
    case OpId::kSetMemoryPolicy: return run(context, *reinterpret_cast<const OpSetMemoryPolicy*>(decoded.bytes));
    case OpId::kSetPersonality: return run(context, *reinterpret_cast<const OpSetPersonality*>(decoded.bytes));
    case OpId::kSetTreeAttributes: return run(context, *reinterpret_cast<const OpSetTreeAttributes*>(decoded.bytes));
    case OpId::kCopyUp: return run(context, *reinterpret_cast<const OpCopyUp*>(decoded.bytes));
    case OpId::kReconfigure: return run(context, *reinterpret_cast<const OpReconfigure*>(decoded.bytes));
    case OpId::kOpenDevice: return run(context, *reinterpret_cast<const OpOpenDevice*>(decoded.bytes));
    case OpId::kMoveRoot: return run(context, *reinterpret_cast<const OpMoveRoot*>(decoded.bytes));
    case OpId::kReopenNull: return run(context, *reinterpret_cast<const OpReopenNull*>(decoded.bytes));
    case OpId::kSupervise: return run(context, *reinterpret_cast<const OpSupervise*>(decoded.bytes));
    case OpId::kRunHook: return run(context, *reinterpret_cast<const OpRunHook*>(decoded.bytes));
    case OpId::kOpenTerminal: return run(context, *reinterpret_cast<const OpOpenTerminal*>(decoded.bytes));
    case OpId::kOwnTerminal: return run(context, *reinterpret_cast<const OpOwnTerminal*>(decoded.bytes));
    case OpId::kBindTerminal: return run(context, *reinterpret_cast<const OpBindTerminal*>(decoded.bytes));
    case OpId::kSendTerminal: return run(context, *reinterpret_cast<const OpSendTerminal*>(decoded.bytes));
    case OpId::kSetControllingTerminal: return run(context, *reinterpret_cast<const OpSetControllingTerminal*>(decoded.bytes));
    case OpId::kSeccomp: return run(context, *reinterpret_cast<const OpSeccomp*>(decoded.bytes));
    case OpId::kSettleDescriptors: return run(context, *reinterpret_cast<const OpSettleDescriptors*>(decoded.bytes));
    case OpId::kSetTimeOffsets: return run(context, *reinterpret_cast<const OpSetTimeOffsets*>(decoded.bytes));
    case OpId::kEnterTimeNamespace: return run(context, *reinterpret_cast<const OpEnterTimeNamespace*>(decoded.bytes));
    case OpId::kOpenRoot: return run(context, *reinterpret_cast<const OpOpenRoot*>(decoded.bytes));
    case OpId::kChangeRoot: return run(context, *reinterpret_cast<const OpChangeRoot*>(decoded.bytes));
    case OpId::kSetParentDeathSignal: return run(context, *reinterpret_cast<const OpSetParentDeathSignal*>(decoded.bytes));
    case OpId::kOpenDirectory: return run(context, *reinterpret_cast<const OpOpenDirectory*>(decoded.bytes));
    case OpId::kFindListenPid: return run(context, *reinterpret_cast<const OpFindListenPid*>(decoded.bytes));
    case OpId::kCloseDescriptors: return run(context, *reinterpret_cast<const OpCloseDescriptors*>(decoded.bytes));
  }
  __builtin_unreachable();
}

static_assert(hasLayout("u", {offsetof(OpUnshare, namespaces)}) && sizeof(OpUnshare) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fu", {offsetof(OpJoinNamespace, namespace_), offsetof(OpJoinNamespace, type)}) && sizeof(OpJoinNamespace) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("s", {offsetof(OpLinkUp, name)}) && sizeof(OpLinkUp) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("s", {offsetof(OpSetHostname, name)}) && sizeof(OpSetHostname) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("s", {offsetof(OpSetDomainname, name)}) && sizeof(OpSetDomainname) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("ss", {offsetof(OpSysctl, name), offsetof(OpSysctl, value)}) && sizeof(OpSysctl) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fsbb", {offsetof(OpOpenTree, tree), offsetof(OpOpenTree, path), offsetof(OpOpenTree, recursive), offsetof(OpOpenTree, directory)}) && sizeof(OpOpenTree) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fssSuf", {offsetof(OpCreateFilesystem, tree), offsetof(OpCreateFilesystem, type), offsetof(OpCreateFilesystem, source), offsetof(OpCreateFilesystem, data), offsetof(OpCreateFilesystem, attributes), offsetof(OpCreateFilesystem, directory)}) && sizeof(OpCreateFilesystem) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("sub", {offsetof(OpSetPropagation, path), offsetof(OpSetPropagation, propagation), offsetof(OpSetPropagation, recursive)}) && sizeof(OpSetPropagation) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("ff", {offsetof(OpAttachRoot, tree), offsetof(OpAttachRoot, onto)}) && sizeof(OpAttachRoot) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("sssSuub", {offsetof(OpMount, type), offsetof(OpMount, source), offsetof(OpMount, target), offsetof(OpMount, data), offsetof(OpMount, attributes), offsetof(OpMount, propagation), offsetof(OpMount, no_symlinks)}) && sizeof(OpMount) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fsuubu", {offsetof(OpBindMount, tree), offsetof(OpBindMount, target), offsetof(OpBindMount, set), offsetof(OpBindMount, clear), offsetof(OpBindMount, recursive), offsetof(OpBindMount, propagation)}) && sizeof(OpBindMount) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("suub", {offsetof(OpSetMountAttributes, path), offsetof(OpSetMountAttributes, set), offsetof(OpSetMountAttributes, clear), offsetof(OpSetMountAttributes, recursive)}) && sizeof(OpSetMountAttributes) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("s", {offsetof(OpReadonlyPath, path)}) && sizeof(OpReadonlyPath) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("sf", {offsetof(OpMaskPath, path), offsetof(OpMaskPath, null)}) && sizeof(OpMaskPath) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fsu", {offsetof(OpMakeDirectory, base), offsetof(OpMakeDirectory, path), offsetof(OpMakeDirectory, mode)}) && sizeof(OpMakeDirectory) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("suuuuuu", {offsetof(OpMakeDevice, path), offsetof(OpMakeDevice, type), offsetof(OpMakeDevice, mode), offsetof(OpMakeDevice, major), offsetof(OpMakeDevice, minor), offsetof(OpMakeDevice, uid), offsetof(OpMakeDevice, gid)}) && sizeof(OpMakeDevice) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("ss", {offsetof(OpMakeSymlink, path), offsetof(OpMakeSymlink, target)}) && sizeof(OpMakeSymlink) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("f", {offsetof(OpPivotRoot, root)}) && sizeof(OpPivotRoot) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fff", {offsetof(OpSetStdio, stdin), offsetof(OpSetStdio, stdout), offsetof(OpSetStdio, stderr)}) && sizeof(OpSetStdio) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("u", {offsetof(OpOwnStdio, uid)}) && sizeof(OpOwnStdio) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("uUU", {offsetof(OpSetRlimit, resource), offsetof(OpSetRlimit, soft), offsetof(OpSetRlimit, hard)}) && sizeof(OpSetRlimit) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("i", {offsetof(OpSetOomScoreAdj, value)}) && sizeof(OpSetOomScoreAdj) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("U", {offsetof(OpDropBounding, keep)}) && sizeof(OpDropBounding) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("uunbb", {offsetof(OpSetUser, uid), offsetof(OpSetUser, gid), offsetof(OpSetUser, groups), offsetof(OpSetUser, set_groups), offsetof(OpSetUser, keep_capabilities)}) && sizeof(OpSetUser) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("UUUU", {offsetof(OpSetCapabilities, effective), offsetof(OpSetCapabilities, permitted), offsetof(OpSetCapabilities, inheritable), offsetof(OpSetCapabilities, ambient)}) && sizeof(OpSetCapabilities) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("u", {offsetof(OpSetUmask, mask)}) && sizeof(OpSetUmask) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("s", {offsetof(OpChangeDirectory, path)}) && sizeof(OpChangeDirectory) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("ss", {offsetof(OpFindExecutable, name), offsetof(OpFindExecutable, path)}) && sizeof(OpFindExecutable) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("sb", {offsetof(OpSync, point), offsetof(OpSync, announce)}) && sizeof(OpSync) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("f", {offsetof(OpWaitStart, gate)}) && sizeof(OpWaitStart) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("SSu", {offsetof(OpExec, args), offsetof(OpExec, env), offsetof(OpExec, passed_fds)}) && sizeof(OpExec) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fu", {offsetof(OpJoinNamespaces, process), offsetof(OpJoinNamespaces, namespaces)}) && sizeof(OpJoinNamespaces) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("u", {offsetof(OpFork, namespaces)}) && sizeof(OpFork) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("u", {offsetof(OpFindHome, uid)}) && sizeof(OpFindHome) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("b", {offsetof(OpNewSessionKeyring, optional)}) && sizeof(OpNewSessionKeyring) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("sss", {offsetof(OpSetSecurityAttribute, name), offsetof(OpSetSecurityAttribute, fallback), offsetof(OpSetSecurityAttribute, value)}) && sizeof(OpSetSecurityAttribute) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("uUiuUUU", {offsetof(OpSetScheduler, policy), offsetof(OpSetScheduler, flags), offsetof(OpSetScheduler, nice), offsetof(OpSetScheduler, priority), offsetof(OpSetScheduler, runtime), offsetof(OpSetScheduler, deadline), offsetof(OpSetScheduler, period)}) && sizeof(OpSetScheduler) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("uu", {offsetof(OpSetIoPriority, class_), offsetof(OpSetIoPriority, priority)}) && sizeof(OpSetIoPriority) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("n", {offsetof(OpSetCpuAffinity, cpus)}) && sizeof(OpSetCpuAffinity) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("un", {offsetof(OpSetMemoryPolicy, mode), offsetof(OpSetMemoryPolicy, nodes)}) && sizeof(OpSetMemoryPolicy) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("u", {offsetof(OpSetPersonality, persona)}) && sizeof(OpSetPersonality) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fuu", {offsetof(OpSetTreeAttributes, tree), offsetof(OpSetTreeAttributes, set), offsetof(OpSetTreeAttributes, clear)}) && sizeof(OpSetTreeAttributes) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fsb", {offsetof(OpCopyUp, tree), offsetof(OpCopyUp, path), offsetof(OpCopyUp, root)}) && sizeof(OpCopyUp) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("sS", {offsetof(OpReconfigure, path), offsetof(OpReconfigure, data)}) && sizeof(OpReconfigure) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fsuuu", {offsetof(OpOpenDevice, tree), offsetof(OpOpenDevice, path), offsetof(OpOpenDevice, type), offsetof(OpOpenDevice, major), offsetof(OpOpenDevice, minor)}) && sizeof(OpOpenDevice) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("f", {offsetof(OpMoveRoot, root)}) && sizeof(OpMoveRoot) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fff", {offsetof(OpReopenNull, stdin), offsetof(OpReopenNull, stdout), offsetof(OpReopenNull, stderr)}) && sizeof(OpReopenNull) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("ssSSuf", {offsetof(OpRunHook, name), offsetof(OpRunHook, path), offsetof(OpRunHook, args), offsetof(OpRunHook, env), offsetof(OpRunHook, timeout), offsetof(OpRunHook, directory)}) && sizeof(OpRunHook) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("ffuu", {offsetof(OpOpenTerminal, master), offsetof(OpOpenTerminal, terminal), offsetof(OpOpenTerminal, rows), offsetof(OpOpenTerminal, columns)}) && sizeof(OpOpenTerminal) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fu", {offsetof(OpOwnTerminal, terminal), offsetof(OpOwnTerminal, uid)}) && sizeof(OpOwnTerminal) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fsb", {offsetof(OpBindTerminal, terminal), offsetof(OpBindTerminal, target), offsetof(OpBindTerminal, create)}) && sizeof(OpBindTerminal) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("ff", {offsetof(OpSendTerminal, master), offsetof(OpSendTerminal, socket)}) && sizeof(OpSendTerminal) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("nub", {offsetof(OpSeccomp, program), offsetof(OpSeccomp, flags), offsetof(OpSeccomp, dumpable)}) && sizeof(OpSeccomp) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("u", {offsetof(OpSettleDescriptors, passed_fds)}) && sizeof(OpSettleDescriptors) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("s", {offsetof(OpSetTimeOffsets, offsets)}) && sizeof(OpSetTimeOffsets) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fs", {offsetof(OpOpenRoot, root), offsetof(OpOpenRoot, path)}) && sizeof(OpOpenRoot) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("f", {offsetof(OpChangeRoot, root)}) && sizeof(OpChangeRoot) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("u", {offsetof(OpSetParentDeathSignal, signal)}) && sizeof(OpSetParentDeathSignal) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("fs", {offsetof(OpOpenDirectory, tree), offsetof(OpOpenDirectory, path)}) && sizeof(OpOpenDirectory) <= sizeof(DecodedOp::bytes));
static_assert(hasLayout("f", {offsetof(OpCloseDescriptors, keep)}) && sizeof(OpCloseDescriptors) <= sizeof(DecodedOp::bytes));

}  // namespace init
