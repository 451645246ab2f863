// The shape of the routing tables: plain rows, searched once per (logsource, log kind), never per event.
// One file a schema; taxonomy.cc alone reads them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/taxonomy.h"

namespace sil::taxonomy {

// One field of a rule and where it stands in the log. Without `names` the log cannot carry the field.
struct Rename {
  std::string_view field;       // the rule's name, compared caselessly
  std::string_view names = {};  // source field names, parted by '|'
  Translation translation = Translation::kNone;
  std::string_view argument = {};
};

// A Windows service: its channels (several names for one log occur: manifest, event and older spellings).
struct WindowsService {
  std::string_view service;
  std::string_view channel;
};

// A Windows category: the service whose channels carry it, the event ids, and the condition that splits them.
struct WindowsCategory {
  std::string_view category;
  std::string_view service;
  uint32_t first_id, last_id;
  std::span<const Rename> renames;
  std::string_view guard_field = {};
  std::string_view guard_values = {};  // parted by '|'
};

// Fields that live elsewhere whatever the rule's category is (Hashes, key=value lines).
struct WindowsFields {
  std::string_view service;
  uint32_t first_id, last_id;
  std::span<const Rename> renames;
  bool product_only = false;  // for rules that name neither category nor service
};

// What must be turned on before a host writes an event, or fills a field of it.
struct AuditSetting {
  std::string_view service;
  uint32_t first_id, last_id;
  std::string_view field;  // "" = the event itself
  std::string_view setting;
};

// A logsource of another product, whole.
struct KnownLogsource {
  std::string_view product, category, service;
  bool readable = false;  // some reader of this program produces its events
};

std::span<const KnownLogsource> known_logsources();
std::span<const WindowsService> windows_services();
std::span<const WindowsCategory> windows_categories();
std::span<const WindowsFields> windows_fields();
std::span<const AuditSetting> audit_settings();

}  // namespace sil::taxonomy
