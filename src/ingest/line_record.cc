#include "ingest/line_record.h"

#include <algorithm>
#include <cstring>

#include "ingest/reader.h"

namespace sil::ingest {

void LineRecord::clear() {
  schema = nullptr;
  time = {};
  record_id = 0;
  fields.clear();
  if (blocks_.size() > 4) blocks_.resize(1);  // one giant line does not keep its memory
  for (Block& block : blocks_) block.used = 0;
  block_ = 0;
}

void LineRecord::put(std::string_view key, std::string_view value, ValueKind kind, int32_t group) {
  if (fields.size() >= kMaxJsonFields) return;
  JsonField& field = fields.emplace_back();
  field.key = key;
  field.parent = group;
  static constexpr uint8_t kEmpty[kSlack] = {};
  field.value.data = value.empty() ? kEmpty : reinterpret_cast<const uint8_t*>(value.data());
  field.value.size = static_cast<uint32_t>(value.size());
  field.value.kind = kind;
}

int32_t LineRecord::group(std::string_view name) {
  if (fields.size() >= kMaxJsonFields) return -1;
  put(name, "{..}", ValueKind::kJsonObject, -1);
  fields.back().object = true;
  return static_cast<int32_t>(fields.size() - 1);
}

char* LineRecord::room(size_t size) {
  const size_t wanted = size + kSlack;
  while (block_ < blocks_.size() && blocks_[block_].size - blocks_[block_].used < wanted) ++block_;
  if (block_ == blocks_.size()) {
    const size_t length = std::max<size_t>(wanted, size_t{16} << 10);
    blocks_.push_back({std::make_unique<char[]>(length), length, 0});
  }
  Block& block = blocks_[block_];
  char* at = block.bytes.get() + block.used;
  block.used += size + kSlack;
  return at;
}

std::string_view LineRecord::keep(std::string_view text) {
  char* at = room(text.size());
  std::memcpy(at, text.data(), text.size());
  return {at, text.size()};
}

std::string_view LineRecord::get(std::string_view key) const {
  for (const JsonField& field : fields) {
    if (field.key == key && !field.object) return {reinterpret_cast<const char*>(field.value.data), field.value.size};
  }
  return {};
}

}  // namespace sil::ingest
