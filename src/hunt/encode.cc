#include "hunt/encode.h"

#include <cstdint>

#include "bytes/text.h"

namespace sil::hunt {

std::string base64(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::array<std::string, 3> base64_offsets(std::string_view bytes) {
  static constexpr size_t kStart[3] = {0, 2, 3};
  static constexpr size_t kEnd[3] = {0, 3, 2};
  std::array<std::string, 3> out;
  for (size_t offset = 0; offset < 3; ++offset) {
    std::string whole = base64(std::string(offset, ' ').append(bytes));
    size_t end = whole.size() - kEnd[(bytes.size() + offset) % 3];
    if (end > kStart[offset]) out[offset] = whole.substr(kStart[offset], end - kStart[offset]);
  }
  return out;
}

std::string utf16_bytes(std::string_view utf8, Utf16 form) {
  std::string out = form == Utf16::kMarked ? "\xff\xfe" : "";
  for (char16_t unit : to_utf16(utf8)) {
    char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    out += form == Utf16::kBig ? high : low;
    out += form == Utf16::kBig ? low : high;
  }
  return out;
}

std::string latin1_text(std::string_view bytes) {
  std::string out;
  for (char byte : bytes) append_utf8(static_cast<uint8_t>(byte), &out);
  return out;
}

}  // namespace sil::hunt
