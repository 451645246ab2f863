// pfSense and OPNsense filterlog: CSV in syslog, its columns by IP version and protocol (Netgate documentation, "Raw
// Filter Log Format"). The rule number changes with the rules, the tracker stays.
#include "ingest/key_values.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

constexpr std::string_view kIpv4Tcp =
    "rule subrule anchor tracker interface reason action direction ip_version tos ecn ttl id offset flags protocol_id "
    "protocol length src_ip dst_ip src_port dst_port data_length tcp_flags sequence ack window urg options";
constexpr std::string_view kIpv4Udp =
    "rule subrule anchor tracker interface reason action direction ip_version tos ecn ttl id offset flags protocol_id "
    "protocol length src_ip dst_ip src_port dst_port data_length";
constexpr std::string_view kIpv4Other =
    "rule subrule anchor tracker interface reason action direction ip_version tos ecn ttl id offset flags protocol_id "
    "protocol length src_ip dst_ip";
constexpr std::string_view kIpv6Tcp =
    "rule subrule anchor tracker interface reason action direction ip_version class flow_label hop_limit protocol "
    "protocol_id length src_ip dst_ip src_port dst_port data_length tcp_flags sequence ack window urg options";
constexpr std::string_view kIpv6Udp =
    "rule subrule anchor tracker interface reason action direction ip_version class flow_label hop_limit protocol "
    "protocol_id length src_ip dst_ip src_port dst_port data_length";
constexpr std::string_view kIpv6Other =
    "rule subrule anchor tracker interface reason action direction ip_version class flow_label hop_limit protocol "
    "protocol_id length src_ip dst_ip";

bool take_filterlog(std::string_view text, const SyslogHeader& header, LineRecord* record) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  if (header.program != "filterlog" && header.program != "pf") return false;
  const std::string_view version = column(text, ',', 8);
  if (version != "4" && version != "6") return false;
  const std::string_view protocol = column(text, ',', version == "4" ? 16 : 12);
  const bool tcp = protocol == "tcp" || protocol == "TCP", udp = protocol == "udp" || protocol == "UDP";
  record->schema = &taxonomy::kFilterlog;
  const std::string_view names = version == "4" ? (tcp   ? kIpv4Tcp
                                                   : udp ? kIpv4Udp
                                                         : kIpv4Other)
                                                : (tcp   ? kIpv6Tcp
                                                   : udp ? kIpv6Udp
                                                         : kIpv6Other);
  add_columns(text, ',', names, record);
  return true;
}

}  // namespace

constinit const LineFormat kFilterlogLines = {.name = "filterlog",
                                              .title = "pfSense and OPNsense filterlog",
                                              .strict = false,
                                              .confidence = 87,
                                              .payload = take_filterlog};

}  // namespace sil::ingest
