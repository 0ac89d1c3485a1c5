// Wire types are read whole or not at all, whatever the lengths say.
// links: native/init/reader.cc
#include "reader.h"

#include "bytes.h"
#include "expect.h"

using namespace init;
using test::Bytes;

namespace {

constexpr uint32_t kSlots = 3;

// Whether the whole of the bytes, and no truncation of them, is one value of type T.
template <typename T>
bool needsEveryByte(const Bytes& bytes) {
  for (size_t size = 0; size < bytes.size(); size++) {
    const auto part = bytes.exact(size);
    Reader reader(part.get(), size, kSlots);
    T value;
    if (reader.read(value)) return false;
  }
  const auto whole = bytes.exact();
  Reader reader(whole.get(), bytes.size(), kSlots);
  T value;
  return reader.read(value) && reader.atEnd();
}

bool readsFields(const Bytes& bytes, const char* letters, DecodedOp& decoded) {
  const auto whole = bytes.exact();
  Reader reader(whole.get(), bytes.size(), kSlots);
  return reader.readFields(letters, decoded) && reader.atEnd();
}

void readsNumbersAtAnyAddress() {
  const auto bytes = Bytes().string("").u32(0x01020304).u64(0x1122334455667788).exact();
  Reader reader(bytes.get(), 5 + 4 + 8, kSlots);
  String text;
  uint32_t number = 0;
  uint64_t large = 0;
  EXPECT(reader.read(text) && text.empty());
  EXPECT(reader.read(number) && number == 0x01020304);
  EXPECT(reader.read(large) && large == 0x1122334455667788);
  EXPECT(reader.atEnd());
}

void readsStringsWithTheirNul() {
  const auto bytes = Bytes().string("ab").exact();
  Reader reader(bytes.get(), 4 + 2 + 1, kSlots);
  String text;
  EXPECT(reader.read(text) && text.length == 2 && std::strcmp(text.data, "ab") == 0);
}

void refusesStringsThatAreNone() {
  String text;
  const auto refuses = [&](const Bytes& bytes) {
    const auto whole = bytes.exact();
    Reader reader(whole.get(), bytes.size(), kSlots);
    return !reader.read(text);
  };
  EXPECT(refuses(Bytes().string(std::string_view("a\0b", 3))));  // would be cut by the kernel
  EXPECT(refuses(Bytes().u32(4).u32(0x41414141)));               // no NUL behind it
  EXPECT(refuses(Bytes().u32(3).u32(0x41414141)));               // something else in its place
  EXPECT(refuses(Bytes().u32(0xffffffff).u32(0)));               // length + 1 overflows 32 bits
}

void readsLists() {
  const auto bytes = Bytes().strings({"one", "", "three"}).exact();
  Reader reader(bytes.get(), 4 + 8 + 5 + 10, kSlots);
  Strings list;
  EXPECT(reader.read(list) && list.count == 3 && reader.atEnd());
  std::string joined;
  for (String each : list) joined += std::string(each.data, each.length) + ';';
  EXPECT(joined == "one;;three;");
}

void refusesCountsBeyondTheBytes() {
  const auto bytes = Bytes().u32(0x40000001).u32(7).exact();  // 4 × count overflows 32 bits
  U32s numbers;
  Strings strings;
  EXPECT(!Reader(bytes.get(), 8, kSlots).read(numbers));
  EXPECT(!Reader(bytes.get(), 8, kSlots).read(strings));
}

void needsEachByte() {
  EXPECT(needsEveryByte<uint32_t>(Bytes().u32(1)));
  EXPECT(needsEveryByte<uint64_t>(Bytes().u64(1)));
  EXPECT(needsEveryByte<String>(Bytes().string("text")));
  EXPECT(needsEveryByte<Strings>(Bytes().strings({"a", "bc", ""})));
  EXPECT(needsEveryByte<U32s>(Bytes().u32(2).u32(5).u32(6)));
}

void placesFieldsAsTheCompilerDoes() {
  struct Fields {
    uint32_t number;
    bool flag;
    String text;
    uint64_t large;
    Slot slot;
  };
  DecodedOp decoded{};
  EXPECT(readsFields(Bytes().u32(9).u32(1).string("x").u64(1ull << 40).u32(2), "ubsUf", decoded));
  const auto* fields = reinterpret_cast<const Fields*>(decoded.bytes);
  EXPECT(fields->number == 9 && fields->flag && fields->text.length == 1);
  EXPECT(fields->large == 1ull << 40 && fields->slot.index == 2);
}

void refusesValuesOutsideTheirType() {
  DecodedOp decoded;
  EXPECT(readsFields(Bytes().u32(0), "b", decoded));
  EXPECT(!readsFields(Bytes().u32(2), "b", decoded));
  EXPECT(readsFields(Bytes().u32(kSlots - 1), "f", decoded));
  EXPECT(readsFields(Bytes().u32(wire::kNoSlot), "f", decoded));
  EXPECT(!readsFields(Bytes().u32(kSlots), "f", decoded));
}

}  // namespace

int main() {
  readsNumbersAtAnyAddress();
  readsStringsWithTheirNul();
  refusesStringsThatAreNone();
  readsLists();
  refusesCountsBeyondTheBytes();
  needsEachByte();
  placesFieldsAsTheCompilerDoes();
  refusesValuesOutsideTheirType();
  return test::result();
}
