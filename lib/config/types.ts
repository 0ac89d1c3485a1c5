// The OCI documents as types, and what validation makes of them.
import type { Config } from './types.gen.ts'

export type {
  Capabilities,
  Config,
  ConsoleSize,
  CpuAffinity,
  Device,
  DeviceRule,
  Hook,
  Hooks,
  IdMapping,
  IntelRdt,
  IoPriority,
  Linux,
  MemoryPolicy,
  Mount,
  Namespace,
  NamespaceType,
  NetDevice,
  Personality,
  ProcessConfig,
  Resources,
  Rlimit,
  Root,
  Scheduler,
  Seccomp,
  SeccompAction,
  SeccompArch,
  SeccompArg,
  SeccompFlag,
  SeccompOperator,
  SeccompRule,
  State,
  TimeOffset,
  TimeOffsets,
  User,
} from './types.gen.ts'

declare const valid: unique symbol

/** A {@link Config} that `validateConfig` has found nothing wrong with. The same object, not a copy. */
export type ValidConfig = Config & { readonly [valid]: true }
