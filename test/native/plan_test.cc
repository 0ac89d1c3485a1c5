// A plan is accepted whole or refused before anything has been done, with the number of the operation at fault.
// links: native/init/plan.cc native/init/reader.cc
#include "bytes.h"
#include "expect.h"
#include "walk_plan.h"

using namespace init;
using test::Bytes;
using test::PlanBytes;

namespace {

constexpr auto id(OpId op) {
  return static_cast<uint32_t>(op);
}

Bytes exec(std::initializer_list<std::string_view> args, uint32_t passed_fds = 0) {
  return Bytes().strings(args).strings({"PATH=/bin"}).u32(passed_fds);
}

// Three operations with a slot, strings, lists and numbers among their fields.
PlanBytes sample() {
  Bytes operations;
  operations.operation(id(OpId::kSetHostname), Bytes().string("box"))
      .operation(id(OpId::kWaitStart), Bytes().u32(3))
      .operation(id(OpId::kExec), exec({"/bin/true", "x"}, 2));
  return PlanBytes(3, operations);
}

PlanError refusalOf(const PlanBytes& plan) {
  PlanError error;
  const auto bytes = plan.exact();
  EXPECT(!test::accepts(bytes.get(), plan.size(), error));
  return error;
}

PlanError refusalOf(OpId op, const Bytes& fields) {
  Bytes operations;
  operations.operation(id(OpId::kSetHostname), Bytes().string("box")).operation(id(op), fields);
  return refusalOf(PlanBytes(2, operations));
}

void acceptsAPlan() {
  const PlanBytes plan = sample();
  const auto bytes = plan.exact();
  PlanError error;
  EXPECT(test::accepts(bytes.get(), plan.size(), error));
  Plan verified;
  EXPECT(verifyPlan(bytes.get(), plan.size(), verified, error));
  EXPECT(verified.passed_fds == 2);
}

void refusesEveryTruncation() {
  const PlanBytes plan = sample();
  PlanError error;
  for (size_t size = 0; size < plan.size(); size++) {
    const auto as_sent = plan.exact(size);
    EXPECT(!test::accepts(as_sent.get(), size, error));
    // And with a header that tells the shorter length, so that it is the operations that are cut.
    if (size < sizeof(wire::PlanHeader)) continue;
    PlanBytes cut = sample().with([&](auto& header) { header.length = static_cast<uint32_t>(size); });
    const auto bytes = cut.exact(size);
    EXPECT(!test::accepts(bytes.get(), size, error));
  }
}

void refusesHeaders() {
  const auto refusal = [](auto change) { return refusalOf(sample().with(change)).index; };
  EXPECT(refusal([](auto& header) { header.magic++; }) == wire::kNever);
  EXPECT(refusal([](auto& header) { header.table++; }) == wire::kNever);
  EXPECT(refusal([](auto& header) { header.length++; }) == wire::kNever);
  EXPECT(refusal([](auto& header) { header.flags = 1u << 31; }) == wire::kNever);
  EXPECT(refusal([](auto& header) { header.slots = wire::kMaxSlots + 1; }) == wire::kNever);
  EXPECT(refusal([](auto& header) { header.given = header.slots + 1; }) == wire::kNever);
  EXPECT(refusal([](auto& header) { header.ops = 0xffffffff; }) == wire::kNever);
  EXPECT(refusal([](auto& header) { header.ops = 2; }) == wire::kNever);  // bytes are left over
  EXPECT(refusal([](auto& header) { header.ops = 4; }) == 3);
  EXPECT(refusal([](auto& header) { header.slots = 3; }) == 1);  // waitStart names slot 3
}

void namesTheOperationAtFault() {
  EXPECT(refusalOf(static_cast<OpId>(0), Bytes()).index == 1);
  EXPECT(refusalOf(static_cast<OpId>(0xffffffff), Bytes()).index == 1);
  EXPECT(refusalOf(OpId::kSetHostname, Bytes().string("a").u32(0)).index == 1);  // bytes behind its fields
  EXPECT(refusalOf(OpId::kSetHostname, Bytes()).index == 1);
  EXPECT(refusalOf(OpId::kExec, exec({})).index == 1);                // nothing to execute
  EXPECT(refusalOf(OpId::kExec, exec({"/bin/true"}, 3)).index == 1);  // passes more descriptors than were given
}

// A deterministic generator (xorshift64): a failure repeats.
uint64_t nextRandom(uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

// Damaged plans must be refused or be walkable to the last byte; ASan and UBSan watch.
void survivesDamage() {
  const PlanBytes plan = sample();
  uint64_t random = 0x9e3779b97f4a7c15;
  int accepted = 0;
  constexpr int kRounds = 200'000;
  for (int round = 0; round < kRounds; round++) {
    auto bytes = plan.exact();
    for (uint64_t changes = 1 + nextRandom(random) % 4; changes > 0; changes--) {
      bytes[nextRandom(random) % plan.size()] = static_cast<uint8_t>(nextRandom(random));
    }
    PlanError error;
    if (test::accepts(bytes.get(), plan.size(), error)) accepted++;
  }
  EXPECT(accepted > 0 && accepted < kRounds);  // both sides of every check were seen
}

}  // namespace

int main() {
  acceptsAPlan();
  refusesEveryTruncation();
  refusesHeaders();
  namesTheOperationAtFault();
  survivesDamage();
  return test::result();
}
