#include "model/taxonomy.h"

#include <algorithm>
#include <map>

#include "model/taxonomy/tables.h"

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
  return found != services_by_name().end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const auto* row) { return same(row->channel, channel); });
}

bool is_windows(const LogKind& kind) {
  return same(kind.product, "windows");
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

bool applies_windows(const Logsource& logsource, const LogKind& kind, RouteGuard* guard) {
  if (logsource.product.empty() && !same(logsource.category, "antivirus")) return false;
  if (!logsource.service.empty() && !service_has_channel(logsource.service, channel_of(kind))) return false;
  if (logsource.category.empty()) return true;
  const WindowsCategory* row = category_row(kind, logsource.category);
  if (row == nullptr) return false;
  if (guard != nullptr && !row->guard_field.empty()) {
    *guard = RouteGuard{std::string(row->guard_field), split(row->guard_values)};
  }
  return true;
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

bool agrees(std::string_view wanted, std::string_view have) {
  return wanted.empty() || same(wanted, have);
}

bool known_windows(const Logsource& logsource) {
  const bool category =
      logsource.category.empty() || categories_by_name().contains(lowered(logsource.category));
  const bool service = logsource.service.empty() || services_by_name().contains(lowered(logsource.service));
  return category && service;
}

}  // namespace

bool applies(const Logsource& logsource, const LogKind& kind, RouteGuard* guard) {
  if (guard != nullptr) *guard = {};
  if (logsource.product.empty() && logsource.category.empty() && logsource.service.empty()) return false;
  if (!agrees(logsource.product, kind.product)) return false;
  if (is_windows(kind)) return applies_windows(logsource, kind, guard);
  return agrees(logsource.category, kind.category) && agrees(logsource.service, kind.service);
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
  return logsource.product.empty() && same(logsource.category, "antivirus");
}

FieldSource field_source(const Logsource& logsource, const LogKind& kind, std::string_view field) {
  const Rename* rename = is_windows(kind) ? windows_rename(logsource, kind, field) : nullptr;
  FieldSource out;
  if (rename == nullptr) {
    out.names.emplace_back(field);
  } else if (rename->names.empty()) {
    out.names.emplace_back(field);
    out.missing = true;
  } else {
    out.names = split(rename->names);
    out.translation = rename->translation;
    out.argument = rename->argument;
  }
  return out;
}

}  // namespace sil
