// Addresses and networks for the cidr modifier (RFC 4632, RFC 4291 2.2). IPv4 is held as ::ffff:a.b.c.d.
#pragma once

#include <cstdint>
#include <string_view>

namespace sil::hunt {

struct Address {
  uint8_t bytes[16] = {};
  bool v4 = false;  // written as IPv4 (or as IPv4-mapped IPv6)
};
// Forms a log may hold: 10.0.0.1, ::ffff:10.0.0.1, fe80::1%4, [::1], [::1]:443, 10.0.0.1:443. False: no
// address.
bool parse_address(std::string_view text, Address* out);
// "10.0.0.0/8", "fe80::/10", a bare address (one host). Host bits are cleared. False: no network.
bool parse_network(std::string_view text, uint8_t network[16], uint8_t* prefix_bits);
bool in_network(const Address& address, const uint8_t network[16], uint8_t prefix_bits);

}  // namespace sil::hunt
