// Network devices and flows as they reach us in lines of text (FortiGate and PAN-OS: devices.cc, the same names as in
// JSON).
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr KindRoute kCiscoRoutes[] = {
    {"mnemonic", "111008", "cisco", "", "aaa"},
    {"mnemonic", "111009", "cisco", "", "aaa"},
    {"mnemonic", "111010", "cisco", "", "aaa"},
    {"facility", "PARSER*", "cisco", "", "aaa"},
    {"facility", "AAA*", "cisco", "", "aaa"},
    {"facility", "BGP*", "cisco", "", "bgp"},
    {"facility", "TCP", "cisco", "", "bgp"},
    {"facility", "LDP*", "cisco", "", "ldp"},
    {"mnemonic", "302013", "cisco", "firewall", "syslog"},
    {"mnemonic", "302014", "cisco", "firewall", "syslog"},
    {"mnemonic", "302015", "cisco", "firewall", "syslog"},
    {"mnemonic", "302016", "cisco", "firewall", "syslog"},
    {"mnemonic", "106*", "cisco", "firewall", "syslog"},
    {"mnemonic", "IPACCESSLOG*", "cisco", "firewall", "syslog"},
    {"mnemonic", "", "cisco", "", "syslog"},
};
// A teardown names two ends and not which of them began: its `ip` has both, an address is looked for in either.
constexpr Rename kCiscoFields[] = {{"blocked", "action|mnemonic", T::kBlocked},
                                   {"action", "action"},
                                   {"src_ip", "src_ip|ip"},
                                   {"dst_ip", "dst_ip|ip"}};
constexpr SchemaFields kCiscoRenames[] = {{"firewall", "", 0, 0, kCiscoFields}};
constexpr Serves kCiscoServes[] = {{"", "syslog"}};

constexpr KindRoute kCefRoutes[] = {
    {"DeviceVendor", "Fortinet", "fortigate", "", "event"},
    {"DeviceVendor", "Palo Alto Networks", "paloalto", "", ""},
    {"DeviceVendor", "Cisco", "cisco", "", ""},
    {"dst", "", "", "firewall", ""},
};
constexpr Rename kCefFields[] = {
    {"src_ip", "src"},
    {"src_port", "spt"},
    {"dst_ip", "dst"},
    {"dst_port", "dpt"},
    {"action", "FTNTFGTaction|act"},
    {"cfgpath", "FTNTFGTcfgpath"},
    {"cfgobj", "FTNTFGTcfgobj"},
    {"cfgattr", "FTNTFGTcfgattr"},
    {"blocked", "act", T::kBlocked},
};
constexpr SchemaFields kCefRenames[] = {{"", "", 0, 0, kCefFields}};
constexpr Rename kLeefFields[] = {{"src_ip", "src"},
                                  {"src_port", "srcPort"},
                                  {"dst_ip", "dst"},
                                  {"dst_port", "dstPort"},
                                  {"blocked", "action", T::kBlocked}};
constexpr SchemaFields kLeefRenames[] = {{"", "", 0, 0, kLeefFields}};
constexpr KindRoute kLeefRoutes[] = {
    {"Vendor", "Fortinet", "fortigate", "", "event"},
    {"Vendor", "Palo Alto Networks", "paloalto", "", ""},
    {"Vendor", "Cisco", "cisco", "", ""},
    {"dst", "", "", "firewall", ""},
};

constexpr KindRoute kFilterlogRoutes[] = {{"tracker", "", "pfsense", "firewall", "filterlog"},
                                          {"interface", "", "pfsense", "firewall", "filterlog"}};
constexpr Rename kFilterlogFields[] = {{"blocked", "action", T::kBlocked}};
constexpr SchemaFields kFilterlogRenames[] = {{"", "", 0, 0, kFilterlogFields}};

constexpr KindRoute kCheckpointRoutes[] = {{"dst", "", "checkpoint", "firewall", ""}};
constexpr Rename kCheckpointFields[] = {{"src_ip", "src"},
                                        {"src_port", "s_port"},
                                        {"dst_ip", "dst"},
                                        {"dst_port", "service"},
                                        {"blocked", "action", T::kBlocked}};
constexpr SchemaFields kCheckpointRenames[] = {{"", "", 0, 0, kCheckpointFields}};

constexpr Rename kNfdumpFields[] = {{"src_ip", "sa|srcAddr"},
                                    {"src_port", "sp|srcPort"},
                                    {"dst_ip", "da|dstAddr"},
                                    {"dst_port", "dp|dstPort"},
                                    {"destination.port", "dp|dstPort"},
                                    {"source.port", "sp|srcPort"},
                                    {"destination.ip", "da|dstAddr"},
                                    {"source.ip", "sa|srcAddr"},
                                    {"blocked"},
                                    {"action"}};
constexpr SchemaFields kNfdumpRenames[] = {{"", "", 0, 0, kNfdumpFields}};
constexpr KindRoute kNfdumpRoutes[] = {{"sa", "", "", "firewall", "netflow"},
                                       {"srcAddr", "", "", "firewall", "netflow"}};

}  // namespace

constinit const Schema kCisco = {
    .name = "cisco",
    .title = "Cisco ASA, FTD and IOS",
    .signature = "",
    .product = "cisco",
    .host = "host",
    .routes = kCiscoRoutes,
    .serves = kCiscoServes,
    .fields = kCiscoRenames,
};
constinit const Schema kCef = {
    .name = "cef",
    .title = "Common Event Format",
    .signature = "",
    .product = "",
    .host = "dvchost|host",
    .routes = kCefRoutes,
    .fields = kCefRenames,
};
constinit const Schema kLeef = {
    .name = "leef",
    .title = "Log Event Extended Format",
    .signature = "",
    .product = "",
    .host = "host",
    .routes = kLeefRoutes,
    .fields = kLeefRenames,
};
constinit const Schema kFilterlog = {
    .name = "filterlog",
    .title = "pfSense and OPNsense filterlog",
    .signature = "",
    .product = "pfsense",
    .host = "host",
    .routes = kFilterlogRoutes,
    .fields = kFilterlogRenames,
};
constinit const Schema kCheckpoint = {
    .name = "checkpoint",
    .title = "Check Point log exporter",
    .signature = "",
    .product = "checkpoint",
    .host = "hostname|host",
    .routes = kCheckpointRoutes,
    .fields = kCheckpointRenames,
};
constinit const Schema kIvanti = {
    .name = "ivanti",
    .title = "Ivanti Connect Secure (Pulse)",
    .signature = "",
    .product = "ivanti",
    .host = "fw|host",
};
constinit const Schema kNfdump = {
    .name = "nfdump",
    .title = "NetFlow and IPFIX (nfdump CSV)",
    .signature = "",
    .product = "",
    .routes = kNfdumpRoutes,
    .fields = kNfdumpRenames,
};

}  // namespace sil::taxonomy
