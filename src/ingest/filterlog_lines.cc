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
constexpr std::string_view kIpv4Icmp =  // of the other types, what follows depends on the type
    "rule subrule anchor tracker interface reason action direction ip_version tos ecn ttl id offset flags protocol_id "
    "protocol length src_ip dst_ip icmp_type";
constexpr std::string_view kIpv4Echo =
    "rule subrule anchor tracker interface reason action direction ip_version tos ecn ttl id offset flags protocol_id "
    "protocol length src_ip dst_ip icmp_type icmp_id icmp_sequence";
constexpr std::string_view kIpv6Tcp =
    "rule subrule anchor tracker interface reason action direction ip_version class flow_label hop_limit protocol "
    "protocol_id length src_ip dst_ip src_port dst_port data_length tcp_flags sequence ack window urg options";
constexpr std::string_view kIpv6Udp =
    "rule subrule anchor tracker interface reason action direction ip_version class flow_label hop_limit protocol "
    "protocol_id length src_ip dst_ip src_port dst_port data_length";
constexpr std::string_view kIpv6Other =
    "rule subrule anchor tracker interface reason action direction ip_version class flow_label hop_limit protocol "
    "protocol_id length src_ip dst_ip";

std::string_view names_of(std::string_view text, std::string_view version) {
  const std::string_view protocol = column(text, ',', version == "4" ? 16 : 12);
  const bool tcp = protocol == "tcp" || protocol == "TCP", udp = protocol == "udp" || protocol == "UDP";
  if (version == "6") return tcp ? kIpv6Tcp : udp ? kIpv6Udp : kIpv6Other;
  if (tcp || udp) return tcp ? kIpv4Tcp : kIpv4Udp;
  if (protocol != "icmp" && protocol != "ICMP") return kIpv4Other;
  const std::string_view type = column(text, ',', 20);
  return type == "request" || type == "reply" ? kIpv4Echo : kIpv4Icmp;
}

bool take_filterlog(std::string_view text, const SyslogHeader& header, LineRecord* record) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  if (header.program != "filterlog" && header.program != "pf") return false;
  const std::string_view version = column(text, ',', 8);
  if (version != "4" && version != "6") return false;
  record->schema = &taxonomy::kFilterlog;
  add_columns(text, ',', names_of(text, version), record);
  return true;
}

}  // namespace

constinit const LineFormat kFilterlogLines = {.name = "filterlog",
                                              .title = "pfSense and OPNsense filterlog",
                                              .strict = false,
                                              .confidence = 87,
                                              .payload = take_filterlog};

}  // namespace sil::ingest
