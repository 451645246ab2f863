// Network devices whose logs collectors write as JSON under the devices' own
// names.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

using T = Translation;

constexpr TimeField kFortiTimes[] = {{"eventtime", TimeForm::kEpoch}, {"@timestamp"}, {"timestamp"}};
constexpr KindRoute kFortiRoutes[] = {
    {"type", "event", "fortigate", "", "event"},
    {"type", "traffic", "fortigate", "firewall", "traffic"},
    {"type", "utm", "fortigate", "firewall", "utm"},
};
constexpr Rename kFortiFlow[] = {
    {"src_ip", "srcip"},
    {"src_port", "srcport"},
    {"dst_ip", "dstip"},
    {"dst_port", "dstport"},
    {"blocked", "action", T::kBlocked},
    {"SourceIp", "srcip"},
    {"SourcePort", "srcport"},
    {"DestinationIp", "dstip"},
    {"DestinationPort", "dstport"},
};
constexpr SchemaFields kFortiFields[] = {{"", "", 0, 0, kFortiFlow}};
// FortiOS is the system of a FortiGate: its service messages are events of the
// device.
constexpr Serves kFortiServes[] = {{"event", "sslvpnd", "fortios"}};

constexpr TimeField kPanosTimes[] = {{"time_generated"}, {"receive_time"}, {"TimeGenerated"}, {"@timestamp"}};
constexpr KindRoute kPanosRoutes[] = {
    {"type", "GLOBALPROTECT", "paloalto", "appliance", "globalprotect"},
    {"type", "TRAFFIC", "paloalto", "firewall", "traffic"},
    {"type", "THREAT", "paloalto", "firewall", "threat"},
};
constexpr Rename kPanosFlow[] = {
    {"src_ip", "src|source_ip"},     {"src_port", "sport|source_port"},  {"dst_ip", "dst|dest_ip"},
    {"dst_port", "dport|dest_port"}, {"blocked", "action", T::kBlocked},
};
constexpr SchemaFields kPanosFields[] = {{"firewall", "", 0, 0, kPanosFlow}};
constexpr Offer kPanosOffers[] = {{"globalprotect", "file_event"}};

}  // namespace

constinit const Schema kFortigate = {
    .name = "fortigate",
    .title = "FortiGate logs as JSON",
    .signature = "devid,logid,type; devname,logid,subtype",
    .product = "fortigate",
    .host = "devname",
    .times = kFortiTimes,
    .routes = kFortiRoutes,
    .serves = kFortiServes,
    .fields = kFortiFields,
};
constinit const Schema kPanos = {
    .name = "panos",
    .title = "PAN-OS logs as JSON",
    .signature = "device_name,serial,type; serial,type,subtype,receive_time",
    .product = "paloalto",
    .host = "device_name",
    .times = kPanosTimes,
    .routes = kPanosRoutes,
    .offers = kPanosOffers,
    .fields = kPanosFields,
};

}  // namespace sil::taxonomy
