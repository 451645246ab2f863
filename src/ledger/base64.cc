#include "ledger/base64.h"

#include <algorithm>
#include <array>

namespace sil::ledger {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> digits() {
  std::array<int8_t, 256> out{};
  for (int8_t& digit : out) digit = -1;
  for (int8_t i = 0; i < 64; ++i) out[static_cast<uint8_t>(kAlphabet[i])] = i;
  return out;
}
constexpr std::array<int8_t, 256> kDigits = digits();

size_t decoded_size(std::string_view text) {
  if (text.empty()) return 0;
  return text.size() / 4 * 3 - (text.back() != '=' ? 0 : text[text.size() - 2] != '=' ? 1 : 2);
}

// Strict: padding where it belongs, no bits set behind the last byte. `to` holds decoded_size(text) bytes.
bool decode(std::string_view text, uint8_t* to) {
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const auto* from = reinterpret_cast<const uint8_t*>(text.data());
  int32_t bad = 0;
  for (size_t at = 0; at + 4 < text.size(); at += 4, to += 3) {
    const int32_t a = kDigits[from[at]], b = kDigits[from[at + 1]], c = kDigits[from[at + 2]],
                  d = kDigits[from[at + 3]];
    bad |= a | b | c | d;
    const uint32_t group = static_cast<uint32_t>(a & 63) << 18 | static_cast<uint32_t>(b & 63) << 12 |
                           static_cast<uint32_t>(c & 63) << 6 | static_cast<uint32_t>(d & 63);
    to[0] = static_cast<uint8_t>(group >> 16);
    to[1] = static_cast<uint8_t>(group >> 8);
    to[2] = static_cast<uint8_t>(group);
  }
  const size_t size = decoded_size(text.substr(text.size() - 4));  // the last four: 1 to 3 bytes
  uint32_t group = 0;
  for (size_t i = 0; i < 4; ++i) {
    const int32_t digit = i > size ? 0 : kDigits[from[text.size() - 4 + i]];
    bad |= digit;
    group = group << 6 | static_cast<uint32_t>(digit & 63);
  }
  for (size_t i = 0; i < size; ++i) to[i] = static_cast<uint8_t>(group >> (16 - 8 * i));
  return bad >= 0 && (size == 3 || (group & (size == 2 ? 0xFFU : 0xFFFFU)) == 0);
}

}  // namespace

std::string base64(Bytes bytes) {
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data();
  size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3, to += 4) {
    const uint32_t group = uint32_t{bytes[at]} << 16 | uint32_t{bytes[at + 1]} << 8 | bytes[at + 2];
    for (int i = 0; i < 4; ++i) to[i] = kAlphabet[group >> (18 - 6 * i) & 63];
  }
  if (at == bytes.size()) return out;
  const bool two = at + 2 == bytes.size();
  const uint32_t group = uint32_t{bytes[at]} << 16 | (two ? uint32_t{bytes[at + 1]} << 8 : 0);
  for (int i = 0; i < (two ? 3 : 2); ++i) to[i] = kAlphabet[group >> (18 - 6 * i) & 63];
  return out;
}

std::string base64(const Sha256& digest) {
  return base64(Bytes(digest.data(), digest.size()));
}

bool parse_base64(std::string_view text, std::string* out) {
  out->clear();
  if (text.size() % 4 != 0) return false;
  out->resize(decoded_size(text));
  return decode(text, reinterpret_cast<uint8_t*>(out->data()));
}

bool parse_base64(std::string_view text, Sha256* out) {
  return text.size() == 44 && decoded_size(text) == out->size() && decode(text, out->data());
}

}  // namespace sil::ledger
