// Zeek logs as JSON. _path names the log; without it, keys that only one log has.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {{"ts", TimeForm::kEpoch}, {"@timestamp"}};
constexpr KindRoute kRoutes[] = {
    {"_path", "", "zeek", "", "$"},
    {"@stream", "", "zeek", "", "$"},
    {"qtype_name", "", "zeek", "", "dns"},
    {"conn_state", "", "zeek", "", "conn"},
    {"trans_depth", "", "zeek", "", "http"},
    {"status_code", "", "zeek", "", "http"},
    {"certificate.serial", "", "zeek", "", "x509"},
    {"named_pipe", "", "zeek", "", "dce_rpc"},
    {"request_type", "", "zeek", "", "kerberos"},
    {"security_protocol", "", "zeek", "", "rdp"},
    {"cookie", "", "zeek", "", "rdp"},
    {"share_type", "", "zeek", "", "smb_mapping"},
    {"ntlm", "", "zeek", "", "ntlm"},
    {"server_nb_computer_name", "", "zeek", "", "ntlm"},
    {"fuid", "", "zeek", "", "files"},
    {"cipher", "", "zeek", "", "ssl"},
    {"action", "SMB::*", "zeek", "", "smb_files"},
    {"query", "", "zeek", "", "dns"},
};
// The flattened spelling of the 4-tuple, as some shippers write it.
constexpr Placement kPlaces[] = {
    {"id_orig_h", Section::kOther, "id.orig_h"},
    {"id_orig_p", Section::kOther, "id.orig_p"},
    {"id_resp_h", Section::kOther, "id.resp_h"},
    {"id_resp_p", Section::kOther, "id.resp_p"},
    {"id.orig_h", Section::kOther, "id.orig_h"},
    {"id.orig_p", Section::kOther, "id.orig_p"},
    {"id.resp_h", Section::kOther, "id.resp_h"},
    {"id.resp_p", Section::kOther, "id.resp_p"},
    {"certificate_serial", Section::kOther, "certificate.serial"},
};
constexpr Rename kDns[] = {
    {"answer", "answers"}, {"record_type", "qtype_name"}, {"src_ip", "id.orig_h"}, {"dst_ip", "id.resp_h"}};
constexpr Rename kFirewall[] = {{"src_ip", "id.orig_h"},  {"src_port", "id.orig_p"},
                                {"dst_ip", "id.resp_h"},  {"dst_port", "id.resp_p"},
                                {"action", "conn_state"}, {"blocked", "conn_state", Translation::kBlocked}};
constexpr Rename kWeb[] = {
    {"c-uri", "uri"},
    {"c-uri-query", "uri"},
    {"c-uri-stem", "uri"},
    {"cs-uri", "uri"},
    {"cs-uri-query", "uri"},
    {"cs-uri-stem", "uri"},
    {"cs-host", "host"},
    {"cs-method", "method"},
    {"c-useragent", "user_agent"},
    {"cs-user-agent", "user_agent"},
    {"sc-status", "status_code"},
    {"cs-referrer", "referrer"},
    {"cs-referer", "referrer"},
    {"cs-bytes", "request_body_len"},
    {"sc-bytes", "response_body_len"},
    {"cs-username", "username"},
    {"src_ip", "id.orig_h"},
    {"dst_ip", "id.resp_h"},
    {"c-ip", "id.orig_h"},
    {"cs-cookie"},
    {"cs-content-type"},
    {"c-uri-extension"},
};
constexpr Rename kConnection[] = {
    {"SourceIp", "id.orig_h"},        {"SourcePort", "id.orig_p"}, {"DestinationIp", "id.resp_h"},
    {"DestinationPort", "id.resp_p"}, {"Protocol", "proto"},       {"Image"},
    {"destination.port", "id.resp_p"}};
constexpr SchemaFields kFields[] = {
    {"dns", "", 0, 0, kDns},         {"firewall", "", 0, 0, kFirewall}, {"proxy", "", 0, 0, kWeb},
    {"webserver", "", 0, 0, kWeb},   {"", "http", 0, 0, kWeb},          {"network_connection", "", 0, 0, kConnection},
    {"", "conn", 0, 0, kConnection},
};
constexpr Offer kOffers[] = {
    {"dns", "dns"}, {"conn", "firewall"}, {"conn", "network_connection"}, {"http", "proxy"}, {"http", "webserver"}};

}  // namespace

constinit const Schema kZeek = {
    .name = "zeek",
    .title = "Zeek logs as JSON",
    .signature = "uid,id.orig_h; uid,id_orig_h; _path,ts; @stream,id_orig_h; fuid,ts; certificate.serial,ts",
    .product = "zeek",
    .times = kTimes,
    .routes = kRoutes,
    .placements = kPlaces,
    .offers = kOffers,
    .fields = kFields,
};

}  // namespace sil::taxonomy
