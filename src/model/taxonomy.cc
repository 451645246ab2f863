#include "model/taxonomy.h"

#include <algorithm>
#include <map>

#include "model/taxonomy/schema.h"

namespace sil {
namespace {

using taxonomy::Rename;
using taxonomy::WindowsCategory;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Channel, category and field names are ASCII; a caseless comparison of anything else falls back on bytes.
bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool agrees(std::string_view wanted, std::string_view have) {
  return wanted.empty() || same(wanted, have);
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const size_t bar = std::min(list.find('|'), list.size());
    out.emplace_back(list.substr(0, bar));
    list.remove_prefix(std::min(bar + 1, list.size()));
  }
  return out;
}

template <class Row>
using Index = std::map<std::string, std::vector<const Row*>, std::less<>>;

const Index<taxonomy::WindowsService>& services_by_name() {
  static const auto index = [] {
    Index<taxonomy::WindowsService> out;
    for (const auto& row : taxonomy::windows_services()) out[std::string(row.service)].push_back(&row);
    return out;
  }();
  return index;
}

const Index<WindowsCategory>& categories_by_name() {
  static const auto index = [] {
    Index<WindowsCategory> out;
    for (const auto& row : taxonomy::windows_categories()) out[std::string(row.category)].push_back(&row);
    return out;
  }();
  return index;
}

bool service_has_channel(std::string_view service, std::string_view channel) {
  const auto found = services_by_name().find(lowered(service));
  return found != services_by_name().end() && std::any_of(found->second.begin(), found->second.end(),
                                                          [&](const auto* row) { return same(row->channel, channel); });
}

// Sysmon for Linux speaks Sysmon's event ids and names.
constexpr std::string_view kLinuxSysmon = "Linux-Sysmon/Operational";

bool has_event_ids(const LogKind& kind) {
  return same(kind.product, "windows") || same(kind.channel, kLinuxSysmon);
}

// ETW consumers name the provider and no channel.
std::string_view channel_of(const LogKind& kind) {
  return kind.channel.empty() ? std::string_view(kind.provider) : std::string_view(kind.channel);
}

const WindowsCategory* category_row(const LogKind& kind, std::string_view category) {
  const auto found = categories_by_name().find(lowered(category));
  if (found == categories_by_name().end()) return nullptr;
  for (const WindowsCategory* row : found->second) {
    if (kind.event_id >= row->first_id && kind.event_id <= row->last_id &&
        service_has_channel(row->service, channel_of(kind))) {
      return row;
    }
  }
  return nullptr;
}

const Rename* find_rename(std::span<const Rename> renames, std::string_view field) {
  const auto found =
      std::find_if(renames.begin(), renames.end(), [&](const Rename& row) { return same(row.field, field); });
  return found == renames.end() ? nullptr : &*found;
}

// Generic categories speak Sysmon's names; a rule that names a service alone speaks the log's own.
const Rename* windows_rename(const Logsource& logsource, const LogKind& kind, std::string_view field) {
  if (!logsource.category.empty()) {
    const WindowsCategory* row = category_row(kind, logsource.category);
    if (row != nullptr) {
      if (const Rename* rename = find_rename(row->renames, field)) return rename;
    }
  }
  const bool product_only = logsource.category.empty() && logsource.service.empty();
  for (const auto& fields : taxonomy::windows_fields()) {
    if (kind.event_id < fields.first_id || kind.event_id > fields.last_id) continue;
    if (fields.product_only && !product_only) continue;
    if (!service_has_channel(fields.service, channel_of(kind))) continue;
    if (const Rename* rename = find_rename(fields.renames, field)) return rename;
  }
  return nullptr;
}

// A schema's own name for `field`, if it has one.
const Rename* schema_rename(const Logsource& logsource, const LogKind& kind, std::string_view field) {
  const taxonomy::Schema* schema = taxonomy::find_schema(kind.schema);
  if (schema == nullptr) return nullptr;
  for (const auto& rows : {schema->fields, schema->more_fields}) {
    for (const taxonomy::SchemaFields& row : rows) {
      if (!row.category.empty() && !same(row.category, logsource.category)) continue;
      if (!row.service.empty() && !same(row.service, kind.service)) continue;
      if (row.last_id != 0 && (kind.event_id < row.first_id || kind.event_id > row.last_id)) continue;
      if (const Rename* rename = find_rename(row.renames, field)) return rename;
    }
  }
  return nullptr;
}

FieldSource source_of(const Rename& rename, std::string_view field) {
  FieldSource out;
  out.missing = rename.names.empty();
  if (out.missing)
    out.names.emplace_back(field);
  else
    out.names = split(rename.names);
  out.translation = rename.translation;
  out.argument = rename.argument;
  return out;
}

FieldSource as_is(std::string_view field) {
  return {{std::string(field)}, Translation::kNone, {}, false};
}

bool applies_windows(const Logsource& logsource, const LogKind& kind, RouteGuard* guard) {
  if (logsource.product.empty() && !same(logsource.category, "antivirus")) return false;
  if (!logsource.service.empty() && !service_has_channel(logsource.service, channel_of(kind))) return false;
  if (logsource.category.empty()) return true;
  if (kind.channel.empty() && !kind.category.empty()) return same(logsource.category, kind.category);
  const WindowsCategory* row = category_row(kind, logsource.category);
  if (row == nullptr) return false;
  if (guard != nullptr && !row->guard_field.empty()) {
    const Rename* rename = schema_rename(logsource, kind, row->guard_field);
    *guard = RouteGuard{std::string(row->guard_field), split(row->guard_values),
                        rename != nullptr ? source_of(*rename, row->guard_field) : as_is(row->guard_field)};
  }
  return true;
}

// Carries the names of an event id's rename over into the schema. One name may become alternatives; names
// that a translation tells apart by place stay, those it merely searches may grow.
void carry_over(const Logsource& logsource, const LogKind& kind, FieldSource* source) {
  const bool searched =
      source->translation == Translation::kHashOf || source->translation == Translation::kKeyValueLine;
  if (source->translation != Translation::kNone && !searched) return;
  std::vector<std::string> names;
  for (const std::string& name : source->names) {
    const Rename* rename = schema_rename(logsource, kind, name);
    if (rename == nullptr || (rename->translation != Translation::kNone && !searched)) {
      names.push_back(name);
      continue;
    }
    for (std::string& other : split(rename->names)) names.push_back(std::move(other));
  }
  source->names = std::move(names);
}

bool offered(const Logsource& logsource, const LogKind& kind) {
  if (agrees(logsource.category, kind.category)) return true;
  const taxonomy::Schema* schema = taxonomy::find_schema(kind.schema);
  if (schema == nullptr) return false;
  return std::any_of(schema->offers.begin(), schema->offers.end(), [&](const taxonomy::Offer& offer) {
    return same(offer.category, logsource.category) && agrees(offer.service, kind.service) &&
           agrees(offer.of, kind.category);
  });
}

// The product and the service are the kind's own, or what its schema says it
// serves besides.
bool serves(const Logsource& logsource, const LogKind& kind) {
  const bool product = agrees(logsource.product, kind.product);
  if (product && agrees(logsource.service, kind.service)) return true;
  const taxonomy::Schema* schema = taxonomy::find_schema(kind.schema);
  if (schema == nullptr) return false;
  return std::any_of(schema->serves.begin(), schema->serves.end(), [&](const taxonomy::Serves& row) {
    return agrees(row.service, kind.service) && same(row.also, logsource.service) &&
           (row.product.empty() ? product : same(row.product, logsource.product));
  });
}

bool known_windows(const Logsource& logsource) {
  const bool category = logsource.category.empty() || categories_by_name().contains(lowered(logsource.category));
  const bool service = logsource.service.empty() || services_by_name().contains(lowered(logsource.service));
  return category && service;
}

}  // namespace

bool applies(const Logsource& logsource, const LogKind& kind, RouteGuard* guard) {
  if (guard != nullptr) *guard = {};
  if (logsource.product.empty() && logsource.category.empty() && logsource.service.empty()) return false;
  if (has_event_ids(kind)) return agrees(logsource.product, kind.product) && applies_windows(logsource, kind, guard);
  return offered(logsource, kind) && serves(logsource, kind);
}

bool known_logsource(const Logsource& logsource) {
  if (same(logsource.product, "windows")) return known_windows(logsource);
  const auto known = taxonomy::known_logsources();
  return std::any_of(known.begin(), known.end(), [&](const taxonomy::KnownLogsource& row) {
    return same(row.product, logsource.product) && same(row.category, logsource.category) &&
           same(row.service, logsource.service);
  });
}

bool has_reader(const Logsource& logsource) {
  if (same(logsource.product, "windows")) return known_windows(logsource);
  const auto known = taxonomy::known_logsources();
  return std::any_of(known.begin(), known.end(), [&](const taxonomy::KnownLogsource& row) {
    return row.readable && same(row.product, logsource.product) && same(row.category, logsource.category) &&
           same(row.service, logsource.service);
  });
}

std::vector<LogPlace> log_places(const Logsource& logsource) {
  std::vector<LogPlace> out;
  if (!same(logsource.product, "windows") && !same(logsource.category, "antivirus")) return out;
  auto add_channels = [&](std::string_view service, uint32_t first_id, uint32_t last_id) {
    if (!logsource.service.empty() && !same(logsource.service, service)) return;
    const auto found = services_by_name().find(lowered(service));
    if (found == services_by_name().end()) return;
    bool any = false;
    for (const auto* row : found->second) {
      const bool provider =
          row->channel.starts_with("Microsoft-Windows-") && row->channel.find('/') == row->channel.npos;
      if (any && (provider || same(row->channel, "PowerShell"))) continue;  // a shipper that dropped the channel
      if (same(row->channel, kLinuxSysmon)) continue;
      out.push_back({std::string(row->channel), first_id, last_id});
      any = true;
    }
  };
  if (logsource.category.empty()) {
    if (!logsource.service.empty()) add_channels(logsource.service, 0, 0);
    return out;
  }
  const auto rows = categories_by_name().find(lowered(logsource.category));
  if (rows == categories_by_name().end()) return out;
  for (const WindowsCategory* row : rows->second) add_channels(row->service, row->first_id, row->last_id);
  return out;
}

std::string_view audit_setting(std::string_view channel, uint32_t event_id, std::string_view field) {
  for (const taxonomy::AuditSetting& row : taxonomy::audit_settings()) {
    if (event_id < row.first_id || event_id > row.last_id || !same(row.field, field)) continue;
    if (service_has_channel(row.service, channel)) return row.setting;
  }
  return {};
}

FieldSource field_source(const Logsource& logsource, const LogKind& kind, std::string_view field) {
  const Rename* rename = has_event_ids(kind) ? windows_rename(logsource, kind, field) : nullptr;
  if (rename == nullptr) {
    if (const Rename* other = schema_rename(logsource, kind, field)) return source_of(*other, field);
    return as_is(field);
  }
  FieldSource out = source_of(*rename, field);
  if (!out.missing) carry_over(logsource, kind, &out);
  return out;
}

}  // namespace sil
