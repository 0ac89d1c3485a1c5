// Arguments from JavaScript, checked.
#include "arguments.h"

#include <climits>

namespace addon {

namespace {

[[noreturn]] void reject(const Napi::Value& value, const char* name, const char* expected) {
  throw Napi::TypeError::New(value.Env(), std::string("libcontainer addon: ") + name + " must be " + expected);
}

double to_whole(const Napi::Value& value, const char* name, double least, double most) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1e300;
  if (!(number >= least && number <= most) || number != static_cast<double>(static_cast<int64_t>(number))) {
    const std::string expected = "a whole number from " + std::to_string(static_cast<int64_t>(least)) + " to " +
                                 std::to_string(static_cast<int64_t>(most));
    reject(value, name, expected.c_str());
  }
  return number;
}

template <typename T, typename Convert>
std::vector<T> to_list(const Napi::Value& value, const char* name, Convert convert) {
  if (!value.IsArray()) reject(value, name, "an array");
  const auto array = value.As<Napi::Array>();
  std::vector<T> list;
  list.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) list.push_back(convert(array.Get(i), name));
  return list;
}

}  // namespace

std::vector<uint8_t> to_bytes(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    reject(value, name, "a Uint8Array");
  }
  const auto array = value.As<Napi::Uint8Array>();
  const uint8_t* data = array.Data();
  return {data, data + array.ByteLength()};
}

std::vector<std::vector<uint8_t>> to_byte_lists(const Napi::Value& value, const char* name) {
  return to_list<std::vector<uint8_t>>(value, name, to_bytes);
}

std::string to_text(const Napi::Value& value, const char* name) {
  if (!value.IsString()) reject(value, name, "a string");
  std::string text = value.As<Napi::String>().Utf8Value();
  // The kernel would take the part before it.
  if (text.find('\0') != std::string::npos) reject(value, name, "a string without NUL");
  return text;
}

std::vector<std::string> to_texts(const Napi::Value& value, const char* name) {
  return to_list<std::string>(value, name, to_text);
}

int to_fd(const Napi::Value& value, const char* name) {
  return static_cast<int>(to_whole(value, name, INT_MIN, INT_MAX));
}

std::vector<int> to_fds(const Napi::Value& value, const char* name) {
  return to_list<int>(value, name, to_fd);
}

uint64_t to_unsigned(const Napi::Value& value, const char* name, uint64_t most) {
  return static_cast<uint64_t>(to_whole(value, name, 0, static_cast<double>(most)));
}

Napi::Object to_object(const Napi::Value& value, const char* name) {
  if (!value.IsObject()) reject(value, name, "an object");
  return value.As<Napi::Object>();
}

Napi::Function to_function(const Napi::Value& value, const char* name) {
  if (!value.IsFunction()) reject(value, name, "a function");
  return value.As<Napi::Function>();
}

}  // namespace addon
