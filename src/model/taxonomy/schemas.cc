// The registry of schemas, and the few lines that read their tables.
#include "model/taxonomy/schemas.h"

#include <algorithm>

#include "bytes/text.h"
#include "model/taxonomy/schema.h"

namespace sil::taxonomy {
namespace {

// Order matters: the narrower signature first.
constexpr const Schema* kSchemas[] = {
    &kOcsf,        &kEvtxDump,   &kVelociraptor, &kWinlogbeat,   &kWinlogbeatOld, &kSentinel,     &kDefender,
    &kEcs,         &kLaurel,     &kJournald,     &kEslogger,     &kSuricata,      &kZeek,         &kCloudTrail,
    &kGcpAudit,    &kWorkspace,  &kKubernetes,   &kUnifiedAudit, &kOkta,          &kBitbucket,    &kOneLogin,
    &kDuo,         &kOpenCanary, &kRpcFirewall,  &kFortigate,    &kPanos,         &kGithub,       &kAzure,
    &kSyslogTable, &kW3c,        &kNxlog,        &kAuditd,       &kSyslog,        &kAccess,       &kHaproxy,
    &kErrorLog,    &kProxy,      &kIis,          &kCisco,        &kCef,           &kLeef,         &kFilterlog,
    &kCheckpoint,  &kIvanti,     &kNfdump,       &kLogins,       &kPlainLines,    &kShellHistory,
};

// Takes the next item of a list, without blanks around it.
std::string_view next_item(std::string_view* list, char separator) {
  const size_t end = std::min(list->find(separator), list->size());
  std::string_view item = list->substr(0, end);
  list->remove_prefix(std::min(end + 1, list->size()));
  while (item.starts_with(' ')) item.remove_prefix(1);
  while (item.ends_with(' ')) item.remove_suffix(1);
  return item;
}

// "" = any, "x*" = prefix, else the whole value; caseless.
bool value_holds(std::string_view wanted, std::string_view text) {
  if (wanted.empty()) return true;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  // Most rows of a table of routes differ in the first byte. Two letters beyond ASCII fold into it.
  if (!text.empty() && static_cast<unsigned char>(text.front()) < 0x80 && wanted.front() != '*' &&
      lower(wanted.front()) != lower(text.front()))
    return false;
  if (!wanted.ends_with('*')) return equal_folded(wanted, text);
  const std::string_view prefix = wanted.substr(0, wanted.size() - 1);
  return text.size() >= prefix.size() && equal_folded(prefix, text.substr(0, prefix.size()));
}

bool condition_holds(std::string_view condition, std::span<const PathValue> sample) {
  const bool negate = condition.starts_with('!');
  if (negate) condition.remove_prefix(1);
  const size_t equals = condition.find('=');
  const std::string_view path = condition.substr(0, equals);
  const bool prefix = path.ends_with('*');
  const auto found = std::any_of(sample.begin(), sample.end(), [&](const PathValue& pair) {
    if (prefix) return std::string_view(pair.first).starts_with(path.substr(0, path.size() - 1));
    if (pair.first != path) return false;
    return equals == std::string_view::npos || value_holds(condition.substr(equals + 1), pair.second);
  });
  return found != negate;
}

bool signature_holds(std::string_view signature, std::span<const PathValue> sample) {
  while (!signature.empty()) {
    std::string_view alternative = next_item(&signature, ';');
    bool all = !alternative.empty();
    while (all && !alternative.empty()) all = condition_holds(next_item(&alternative, ','), sample);
    if (all) return true;
  }
  return false;
}

// "param1".."param99", as Winlogbeat calls nameless Data.
bool is_nameless(std::string_view name) {
  return name.size() > 5 && name.size() <= 7 && name.starts_with("param") &&
         std::all_of(name.begin() + 5, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string without_spaces(std::string_view text) {
  std::string out(text);
  out.erase(std::remove(out.begin(), out.end(), ' '), out.end());
  return out;
}

// evtx_dump: "X.#text" is X itself; "X_attributes.A" is its form with separate attributes.
std::string canonical_system_path(std::string_view rest) {
  std::string out = "Event.System." + std::string(rest);
  if (out.ends_with(".#text")) out.resize(out.size() - 6);
  const size_t attributes = out.find("_attributes.");
  if (attributes != std::string::npos) out.replace(attributes, 11, ".#attributes");
  return out;
}

std::string leaf_name(std::string_view path) {
  if (path.ends_with(".#text")) path.remove_suffix(6);
  const size_t dot = path.rfind('.');
  std::string name = without_spaces(dot == std::string_view::npos ? path : path.substr(dot + 1));
  return is_nameless(name) ? "Data" : name;
}

LayoutField placed(const Placement& row, std::string_view path) {
  LayoutField field;
  field.path = std::string(path);
  field.section = row.section;
  const bool prefix = row.path.ends_with('*');
  if (row.section == Section::kSystem) {
    field.path = prefix ? canonical_system_path(path.substr(row.path.size() - 1)) : std::string(row.canonical);
    field.name = leaf_name(field.path);
  } else {
    field.name = row.canonical.empty() ? leaf_name(path) : std::string(row.canonical);
  }
  return field;
}

}  // namespace

std::span<const Schema* const> schemas() {
  return kSchemas;
}

const Schema* find_schema(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kSchemas), std::end(kSchemas), [&](const Schema* s) { return s->name == name; });
  return found == std::end(kSchemas) ? nullptr : *found;
}

const Schema* detect_schema(std::span<const PathValue> sample) {
  for (const Schema* schema : kSchemas) {
    if (signature_holds(schema->signature, sample)) return schema;
  }
  return nullptr;
}

bool route_holds(const KindRoute& route, std::string_view text) {
  return value_holds(route.value, text);
}

LayoutField place_field(const Schema& schema, std::string_view path) {
  for (const Placement& row : schema.placements) {
    const bool prefix = row.path.ends_with('*');
    if (prefix ? path.starts_with(row.path.substr(0, row.path.size() - 1)) : path == row.path) {
      return placed(row, path);
    }
  }
  return placed({path, schema.other}, path);
}

}  // namespace sil::taxonomy
