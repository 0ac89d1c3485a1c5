// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// A plan and the init that runs it must come from the same table of operations: its fingerprint, in a plan's header.
export const TABLE_HASH = 0xaf32a84b
