#include "hunt/census.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace sil::hunt {
namespace {

uint8_t state_of(const Value& value) {
  switch (value.kind) {
    case ValueKind::kAbsent: return 0;
    case ValueKind::kNull: return CensusRow::kEmpty;
    case ValueKind::kBoolTrue:
    case ValueKind::kBoolFalse: return CensusRow::kFilled;
    case ValueKind::kJsonArray:
    case ValueKind::kJsonObject: return value.size > 2 ? CensusRow::kFilled : CensusRow::kEmpty;
    default: return value.size > 0 ? CensusRow::kFilled : CensusRow::kEmpty;
  }
}

auto order_of(const LogKind& kind) {
  return std::tie(kind.schema, kind.product, kind.category, kind.service, kind.channel, kind.provider, kind.event_id);
}

}  // namespace

Census::Row& Census::row_of(const LogKind* kind, const Layout* layout) {
  Key key{kind, layout};
  if (last_ && last_key_ == key) return *last_;
  auto [at, inserted] = rows_.try_emplace(key);
  Row& row = at->second;
  if (inserted) {
    row.kind = kind;
    row.layout = layout;
    if (layout) {
      row.seen.assign(layout->fields.size(), 0);
      row.open.resize(layout->fields.size());
      std::iota(row.open.begin(), row.open.end(), 0u);
    }
  }
  last_ = &row;
  last_key_ = key;
  return row;
}

void Census::count(const Event& event) {
  if (!event.kind) {
    ++without_kind_;
    return;
  }
  // A layout without an id does not outlive its batch (model/event.h).
  const Layout* layout = event.layout && event.layout->id != 0 ? event.layout : nullptr;
  Row& row = row_of(event.kind, layout);
  ++row.events;
  if (row.open.empty()) return;
  std::erase_if(row.open, [&](uint32_t field) {
    row.seen[field] |= state_of(event.value(layout->fields[field]));
    return (row.seen[field] & CensusRow::kFilled) != 0;
  });
}

void Census::merge(const Census& other) {
  without_kind_ += other.without_kind_;
  for (const auto& [key, theirs] : other.rows_) {
    Row& row = row_of(key.first, key.second);
    row.events += theirs.events;
    for (size_t i = 0; i < row.seen.size(); ++i) row.seen[i] |= theirs.seen[i];
    std::erase_if(row.open, [&](uint32_t field) { return (row.seen[field] & CensusRow::kFilled) != 0; });
  }
}

std::vector<const CensusRow*> Census::rows() const {
  std::vector<const CensusRow*> out;
  for (const auto& [key, row] : rows_) out.push_back(&row);
  std::stable_sort(out.begin(), out.end(),
                   [](const CensusRow* a, const CensusRow* b) { return order_of(*a->kind) < order_of(*b->kind); });
  return out;
}

}  // namespace sil::hunt
