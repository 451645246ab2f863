#include "ledger/base64.h"

#include <algorithm>

namespace sil::ledger {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
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
  out->reserve(text.size() / 4 * 3);
  for (size_t at = 0; at < text.size(); at += 4) {
    size_t padding = 0;
    if (at + 4 == text.size()) padding = text[at + 3] != '=' ? 0 : text[at + 2] != '=' ? 1 : 2;
    uint32_t group = 0;
    for (size_t i = 0; i < 4; ++i) {
      int digit = i + padding >= 4 ? 0 : digit_of(text[at + i]);
      if (digit < 0) return false;
      group = group << 6 | static_cast<uint32_t>(digit);
    }
    if (padding == 1 && (group & 0xFF) != 0) return false;
    if (padding == 2 && (group & 0xFFFF) != 0) return false;
    for (size_t i = 0; i < 3 - padding; ++i) *out += static_cast<char>(group >> (16 - 8 * i));
  }
  return true;
}

bool parse_base64(std::string_view text, Sha256* out) {
  std::string bytes;
  if (!parse_base64(text, &bytes) || bytes.size() != out->size()) return false;
  std::copy(bytes.begin(), bytes.end(), out->begin());
  return true;
}

}  // namespace sil::ledger
