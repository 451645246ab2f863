#include "hunt/network.h"

#include <gtest/gtest.h>

namespace sil::hunt {
namespace {

bool inside(std::string_view text, std::string_view cidr) {
  uint8_t network[16], bits = 0;
  Address address;
  EXPECT_TRUE(parse_network(cidr, network, &bits)) << cidr;
  return parse_address(text, &address) && in_network(address, network, bits);
}

TEST(Network, Ipv4) {
  EXPECT_TRUE(inside("10.1.2.3", "10.0.0.0/8"));
  EXPECT_FALSE(inside("11.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(inside("192.168.1.255", "192.168.1.128/25"));
  EXPECT_FALSE(inside("192.168.1.127", "192.168.1.128/25"));
  EXPECT_TRUE(inside("1.2.3.4", "0.0.0.0/0"));
  EXPECT_TRUE(inside("1.2.3.4", "1.2.3.4"));
  EXPECT_TRUE(inside("10.9.9.9", "10.1.2.3/8")) << "host bits are cleared";
}

TEST(Network, Ipv6) {
  EXPECT_TRUE(inside("fe80::1", "fe80::/10"));
  EXPECT_TRUE(inside("FE80:0:0:0:0:0:0:1", "fe80::/10"));
  EXPECT_FALSE(inside("fec0::1", "fe80::/10"));
  EXPECT_TRUE(inside("::1", "::1/128"));
  EXPECT_TRUE(inside("2001:db8::ff", "2001:db8::/32"));
  EXPECT_TRUE(inside("64:ff9b::10.0.0.1", "64:ff9b::/96"));
  EXPECT_FALSE(inside("10.0.0.1", "::/0")) << "an IPv4 address is in no IPv6 network";
}

TEST(Network, FormsALogMayHold) {
  EXPECT_TRUE(inside("::ffff:10.0.0.1", "10.0.0.0/8"));
  EXPECT_TRUE(inside("fe80::1%4", "fe80::/10"));
  EXPECT_TRUE(inside("fe80::1%eth0", "fe80::/10"));
  EXPECT_TRUE(inside("[::1]", "::1"));
  EXPECT_TRUE(inside("[::1]:443", "::1"));
  EXPECT_TRUE(inside("10.0.0.1:443", "10.0.0.0/8"));
  EXPECT_TRUE(inside("10.0.0.1 ", "10.0.0.0/8"));
}

TEST(Network, NoAddress) {
  for (const char* text : {"",
                           "-",
                           "10.0.0",
                           "10.0.0.256",
                           "10.0.0.1.2",
                           "host",
                           "10.0.0.1:99999",
                           "10.0.0.1:",
                           "1::2::3",
                           ":::",
                           "[::1",
                           "12345::",
                           "1:2:3:4:5:6:7:8:9",
                           "10.0.0.1/8",
                           "%",
                           "10.0.0.1%4",
                           "0x0a000001",
                           "1:2:3:4:5:6:7:",
                           "::1.2.3",
                           "10.0.0.01x"}) {
    Address address;
    EXPECT_FALSE(parse_address(text, &address)) << text;
  }
}

TEST(Network, NoNetwork) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "fe80::/129", "10.0.0.0/8/8", "x/8", "10.0.0.0/-1"}) {
    uint8_t network[16], bits = 0;
    EXPECT_FALSE(parse_network(text, network, &bits)) << text;
  }
}

}  // namespace
}  // namespace sil::hunt
