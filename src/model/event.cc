#include "model/event.h"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace sil {
namespace {

// Interned objects live as long as the process. The tables are append-only behind one lock each; readers keep a
// small cache before them, so the lock is taken once per kind or layout and worker, not per event.
struct KindTable {
  std::shared_mutex mutex;
  std::unordered_map<std::string, std::unique_ptr<LogKind>> by_key;
  std::vector<const LogKind*> by_id;
};
KindTable& kinds() {
  static KindTable table;
  return table;
}

std::string key_of(const LogKind& kind) {
  std::string key;
  for (const std::string* part :
       {&kind.schema, &kind.product, &kind.category, &kind.service, &kind.channel, &kind.provider}) {
    key += *part;
    key += '\0';
  }
  key += std::to_string(kind.event_id);
  return key;
}

struct LayoutTable {
  std::shared_mutex mutex;
  std::unordered_map<std::string, std::shared_ptr<const Layout>> by_key;
};
LayoutTable& layouts() {
  static LayoutTable table;
  return table;
}

std::string key_of(const Layout& layout) {
  std::string key;
  for (const LayoutField& field : layout.fields) {
    key += field.path;
    key += '\0';
    key += field.name;
    key += '\0';
    key += std::to_string(static_cast<int>(field.section)) + ',' + std::to_string(field.slot) + ',' +
           std::to_string(field.needs_slot) + (field.absent_when_null ? "a;" : "n;");
  }
  return key;
}

}  // namespace

const LogKind* intern_log_kind(LogKind kind) {
  KindTable& table = kinds();
  std::string key = key_of(kind);
  {
    std::shared_lock lock(table.mutex);
    if (auto it = table.by_key.find(key); it != table.by_key.end()) return it->second.get();
  }
  std::unique_lock lock(table.mutex);
  if (table.by_key.size() >= kMaxLogKinds) {  // hostile input: fall back to the coarse kind, which is bounded
    kind.channel.clear();
    kind.provider.clear();
    kind.event_id = 0;
    key = key_of(kind);
  }
  auto [it, inserted] = table.by_key.try_emplace(key);
  if (inserted) {
    kind.id = static_cast<uint32_t>(table.by_id.size());
    it->second = std::make_unique<LogKind>(std::move(kind));
    table.by_id.push_back(it->second.get());
  }
  return it->second.get();
}

const LogKind* log_kind(uint32_t id) {
  KindTable& table = kinds();
  std::shared_lock lock(table.mutex);
  return id < table.by_id.size() ? table.by_id[id] : nullptr;
}

std::shared_ptr<const Layout> intern_layout(Layout layout) {
  LayoutTable& table = layouts();
  std::string key = key_of(layout);
  {
    std::shared_lock lock(table.mutex);
    if (auto it = table.by_key.find(key); it != table.by_key.end()) return it->second;
  }
  std::unique_lock lock(table.mutex);
  if (auto it = table.by_key.find(key); it != table.by_key.end()) return it->second;
  if (table.by_key.size() >= kMaxLayouts) {
    layout.id = 0;
    return std::make_shared<const Layout>(std::move(layout));
  }
  layout.id = static_cast<uint32_t>(table.by_key.size()) + 1;
  auto shared = std::make_shared<const Layout>(std::move(layout));
  table.by_key.emplace(std::move(key), shared);
  return shared;
}

}  // namespace sil
