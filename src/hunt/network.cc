#include "hunt/network.h"

#include <charconv>
#include <cstring>

namespace sil::hunt {
namespace {

bool number(std::string_view text, unsigned base, unsigned limit, unsigned* out) {
  if (text.empty()) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out, static_cast<int>(base));
  return error == std::errc() && end == text.data() + text.size() && *out <= limit;
}

bool parse_v4(std::string_view text, uint8_t out[4]) {
  for (int i = 0; i < 4; ++i) {
    size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot > 3) return false;
    unsigned byte = 0;
    if (!number(text.substr(0, dot), 10, 255, &byte)) return false;
    out[i] = static_cast<uint8_t>(byte);
    text.remove_prefix(i < 3 ? dot + 1 : dot);
  }
  return text.empty();
}

void map_v4(const uint8_t v4[4], uint8_t out[16]) {
  std::memset(out, 0, 10);
  out[10] = out[11] = 0xFF;
  std::memcpy(out + 12, v4, 4);
}

// One side of "::": 16-bit groups, the last may be dotted IPv4. Returns the number of bytes, or -1.
int parse_groups(std::string_view text, uint8_t out[16]) {
  int size = 0;
  while (!text.empty()) {
    size_t colon = text.find(':');
    std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      if (size > 12 || !parse_v4(group, out + size)) return -1;
      return size + 4;
    }
    unsigned value = 0;
    if (size > 14 || group.size() > 4 || !number(group, 16, 0xFFFF, &value)) return -1;
    out[size++] = static_cast<uint8_t>(value >> 8);
    out[size++] = static_cast<uint8_t>(value);
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return -1;
  }
  return size;
}

bool parse_v6(std::string_view text, uint8_t out[16]) {
  uint8_t head[16], tail[16];
  size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (parse_groups(text, head) != 16) return false;
    std::memcpy(out, head, 16);
    return true;
  }
  std::string_view after = text.substr(gap + 2);
  if (after.find("::") != std::string_view::npos) return false;
  int before = parse_groups(text.substr(0, gap), head);
  int behind = parse_groups(after, tail);
  if (before < 0 || behind < 0 || before + behind > 14) return false;
  std::memset(out, 0, 16);
  std::memcpy(out, head, static_cast<size_t>(before));
  std::memcpy(out + 16 - behind, tail, static_cast<size_t>(behind));
  return true;
}

bool parse_bare(std::string_view text, Address* out) {
  uint8_t v4[4];
  if (parse_v4(text, v4)) {
    map_v4(v4, out->bytes);
    out->v4 = true;
    return true;
  }
  if (!parse_v6(text, out->bytes)) return false;
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  out->v4 = std::memcmp(out->bytes, kMapped, 12) == 0;
  return true;
}

}  // namespace

bool parse_address(std::string_view text, Address* out) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (text.size() > 80) return false;
  unsigned port = 0;
  if (text.starts_with('[')) {
    size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest[0] != ':' || !number(rest.substr(1), 10, 65535, &port))) return false;
    text = text.substr(1, end - 1);
  } else if (size_t colon = text.find(':');
             colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    if (!number(text.substr(colon + 1), 10, 65535, &port)) return false;  // one colon alone can only be a port
    text = text.substr(0, colon);
  }
  if (size_t zone = text.find('%'); zone != std::string_view::npos) {
    if (zone + 1 == text.size() || text.find(':') == std::string_view::npos) return false;
    text = text.substr(0, zone);
  }
  return parse_bare(text, out);
}

bool parse_network(std::string_view text, uint8_t network[16], uint8_t* prefix_bits) {
  size_t slash = text.find('/');
  Address address;
  if (!parse_bare(text.substr(0, slash), &address)) return false;
  bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  unsigned bits = dotted ? 32 : 128;
  if (slash != std::string_view::npos && !number(text.substr(slash + 1), 10, bits, &bits)) return false;
  if (dotted) bits += 96;
  for (unsigned i = 0; i < 16; ++i) {
    unsigned keep = bits >= 8 * (i + 1) ? 8 : bits > 8 * i ? bits - 8 * i : 0;
    network[i] = static_cast<uint8_t>(address.bytes[i] & (0xFF00u >> keep));
  }
  *prefix_bits = static_cast<uint8_t>(bits);
  return true;
}

bool in_network(const Address& address, const uint8_t network[16], uint8_t prefix_bits) {
  // "::/0" means IPv6: an IPv4 value is inside it only when the network itself lies in ::ffff:0:0/96.
  if (address.v4 && prefix_bits < 96) return false;
  unsigned whole = prefix_bits / 8u, rest = prefix_bits % 8u;
  if (std::memcmp(address.bytes, network, whole) != 0) return false;
  return rest == 0 || ((address.bytes[whole] ^ network[whole]) & (0xFF00u >> rest) & 0xFF) == 0;
}

}  // namespace sil::hunt
