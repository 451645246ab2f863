// PAN-OS syslog: CSV whose columns depend on the log type (PAN-OS administrator's guide 10.1, "Syslog Field
// Descriptions"). Newer versions append columns; what stands behind the names known here is `column_N`.
#include "ingest/key_values.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

struct LogType {
  std::string_view type, names;
};
constexpr LogType kTypes[] = {
    {"TRAFFIC",
     "- receive_time serial type subtype - time_generated src dst natsrc natdst rule srcuser dstuser app vsys from to "
     "inbound_if outbound_if logset - sessionid repeatcnt sport dport natsport natdport flags proto action bytes "
     "bytes_sent bytes_received packets start elapsed category - seqno actionflags srcloc dstloc - pkts_sent "
     "pkts_received session_end_reason dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name "
     "device_name action_source"},
    {"THREAT",
     "- receive_time serial type subtype - time_generated src dst natsrc natdst rule srcuser dstuser app vsys from to "
     "inbound_if outbound_if logset - sessionid repeatcnt sport dport natsport natdport flags proto action misc "
     "threatid category severity direction seqno actionflags srcloc dstloc - contenttype pcap_id filedigest cloud "
     "url_idx user_agent filetype xff referer sender subject recipient reportid dg_hier_level_1 dg_hier_level_2 "
     "dg_hier_level_3 dg_hier_level_4 vsys_name device_name"},
    {"GLOBALPROTECT",
     "- receive_time serial type subtype - time_generated vsys eventid stage auth_method tunnel_type srcuser srcregion "
     "machinename public_ip public_ipv6 private_ip private_ipv6 hostid serialnumber client_ver client_os client_os_ver "
     "repeatcnt reason error opaque status location login_duration connect_method error_code portal seqno actionflags"},
    {"SYSTEM",
     "- receive_time serial type subtype - time_generated vsys eventid object - - module severity opaque seqno "
     "actionflags dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name device_name"},
    {"CONFIG",
     "- receive_time serial type subtype - time_generated host vsys cmd admin client result path "
     "before_change_detail after_change_detail seqno actionflags dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 "
     "dg_hier_level_4 vsys_name device_name"},
    {"USERID",
     "- receive_time serial type subtype - time_generated vsys ip user datasourcename eventid repeatcnt timeout "
     "beginport endport datasource datasourcetype seqno actionflags"},
    {"HIPMATCH",
     "- receive_time serial type subtype - time_generated srcuser vsys machinename os src matchname repeatcnt "
     "matchtype "
     "- - seqno actionflags"},
};

bool take_panos(std::string_view text, const SyslogHeader&, LineRecord* record) {
  // "1,2024/05/30 10:11:12,0123456789,TRAFFIC,end,.."
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos || comma > 4 || text.size() < comma + 20 || text[comma + 5] != '/') return false;
  const std::string_view type = column(text.substr(0, 120), ',', 3);
  for (const LogType& row : kTypes) {
    if (row.type != type) continue;
    record->schema = &taxonomy::kPanos;
    add_columns(text, ',', row.names, record);
    for (std::string_view name : {"time_generated", "receive_time"}) {
      const std::string_view said = record->get(name);
      if (said.size() == 19 && parse_plain_time(said.substr(0, 10), said.substr(11), &record->time)) break;
    }
    return true;
  }
  return false;
}

}  // namespace

constinit const LineFormat kPanosLines = {
    .name = "panos", .title = "PAN-OS (CSV)", .strict = true, .confidence = 90, .payload = take_panos};

}  // namespace sil::ingest
