// Arguments from JavaScript, checked: a wrong type is a TypeError that names the argument.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

namespace addon {

std::vector<uint8_t> to_bytes(const Napi::Value& value, const char* name);
std::vector<std::vector<uint8_t>> to_byte_lists(const Napi::Value& value, const char* name);
std::string to_text(const Napi::Value& value, const char* name);
std::vector<std::string> to_texts(const Napi::Value& value, const char* name);
int to_fd(const Napi::Value& value, const char* name);
std::vector<int> to_fds(const Napi::Value& value, const char* name);
// A whole number from 0 to 2^53 - 1.
uint64_t to_unsigned(const Napi::Value& value, const char* name, uint64_t most);
Napi::Object to_object(const Napi::Value& value, const char* name);
Napi::Function to_function(const Napi::Value& value, const char* name);

}  // namespace addon
