// The second half of ChunkWalker: the general way, kinds, facts and what is said about single values.
#include <cstring>

#include "bytes/text.h"
#include "ingest/binxml_shape.h"
#include "ingest/evtx_chunk.h"
#include "ingest/evtx_structure.h"

namespace sil::ingest {
namespace {

std::string utf8_text(const Value& value) {
  std::string out;
  append_text(value, &out);
  return out;
}

uint64_t ticks_from(const Value& value) {
  if (value.kind == ValueKind::kFileTime && value.size >= 8) return load_le<uint64_t>(value.data);
  std::string text = utf8_text(value);
  Timestamp time;
  return parse_rfc3339(text, &time) ? time.ticks : 0;
}

uint64_t unsigned_from(const Value& value) {
  Number number = number_of(value);
  if (number.kind == Number::Kind::kUnsigned) return number.u;
  return number.kind == Number::Kind::kSigned && number.i > 0 ? static_cast<uint64_t>(number.i) : 0;
}

}  // namespace

const LogKind* ChunkWalker::kind_of(const Event& event, const SystemSlots& slots, KindMemo* memo) {
  Value id = system_value(event, slots.event_id), channel = system_value(event, slots.channel),
        provider = system_value(event, slots.provider);
  uint32_t event_id =
      id.kind == ValueKind::kUInt16 ? load_le<uint16_t>(id.data) : static_cast<uint32_t>(unsigned_from(id));
  Bytes channel_bytes = channel.kind == ValueKind::kUtf16 ? channel.bytes() : Bytes{};
  Bytes provider_bytes = provider.kind == ValueKind::kUtf16 ? provider.bytes() : Bytes{};
  auto same = [](const std::string& kept, Bytes bytes) {
    return kept.size() == bytes.size() && (bytes.empty() || std::memcmp(kept.data(), bytes.data(), bytes.size()) == 0);
  };
  if (memo->kind && memo->event_id == event_id && same(memo->channel, channel_bytes) &&
      same(memo->provider, provider_bytes)) {
    return memo->kind;
  }
  memo->kind = kind_from(event_id, channel_bytes, provider_bytes);
  memo->event_id = event_id;
  memo->channel = as_text(channel_bytes);
  memo->provider = as_text(provider_bytes);
  return memo->kind;
}

const LogKind* ChunkWalker::kind_from(uint32_t event_id, Bytes channel, Bytes provider) {
  std::string& key = scratch_.key;
  key.assign(reinterpret_cast<const char*>(&event_id), sizeof event_id);
  auto channel_size = static_cast<uint32_t>(channel.size());
  key.append(reinterpret_cast<const char*>(&channel_size), sizeof channel_size);
  key += as_text(channel);
  key += as_text(provider);
  auto [it, is_new] = scratch_.kinds.try_emplace(key);
  if (is_new) {
    LogKind kind;
    kind.schema = "evtx";
    kind.product = "windows";
    kind.channel = utf8_of(channel);
    kind.provider = utf8_of(provider);
    kind.event_id = event_id;
    it->second = intern_log_kind(std::move(kind));
  }
  return it->second;
}

void ChunkWalker::walked(const Record& record, Event* event) {
  Tree& tree = scratch_.tree;
  build_tree(chunk_, record.offset + kRecordHeaderSize, record.offset + record.size - 4, &scratch_.definitions, &tree);
  Layout& layout = scratch_.tree_layout;
  tree_fields(tree, &layout, &scratch_.values, &scratch_.arena);
  SystemSlots system = system_slots(layout);
  if (remains_) {
    instruction_facts(chunk_, record.offset + kRecordHeaderSize, record.offset + record.size - 4, event->where, sink_);
  }
  if (tree.problem) {
    anomaly(AnomalyKind::kUnreadable, Level::kMedium, record.offset, record.size,
            std::string("a record that cannot be decoded to its end: ") + tree.problem);
  }
  if (tree.limited) {
    anomaly(AnomalyKind::kLimit, Level::kMedium, record.offset, record.size,
            "a record that unfolds beyond the limits; the rest was not decoded",
            "at most 65536 items, 64 templates and 512 elements deep");
  }
  if (system.event_id < 0 && (tree.problem || tree.elements.empty())) {
    if (!tree.problem) {
      anomaly(AnomalyKind::kUnreadable, Level::kMedium, record.offset, record.size,
              "a record without a single element");
    }
    return;
  }
  std::string& key = scratch_.key;
  key.clear();
  for (const LayoutField& field : layout.fields) {
    key += field.path;
    key += field.absent_when_null ? '\1' : '\0';
  }
  std::shared_ptr<const Layout>& known = scratch_.tree_layouts[key];
  if (!known) known = intern_layout(layout);
  event->layout = known.get();
  event->values = scratch_.values;
  KindMemo memo;
  event->kind = kind_of(*event, system, &memo);
  event->time.ticks = ticks_from(system_value(*event, system.time));
  event->record_id = unsigned_from(system_value(*event, system.record_id));
  scratch_.details.begin_event(nullptr, 0, 0);
  for (const FragmentEnd& fragment : tree.fragments) fragment_end(fragment.offset, fragment.end, fragment.stated_end);
  record_facts(record, *event, tree.end, tree.saw_eof);
  emit(record, tree.flags, event);
}

void ChunkWalker::fragment_end(uint32_t offset, uint32_t end, uint32_t stated_end) {
  Span where{offset_ + offset, stated_end - offset};
  if (facts_) sink_.on_fact({FactKind::kFragment, where, end, stated_end, 0, 0});
  if (end != stated_end) {
    anomaly(AnomalyKind::kClosure, Level::kMedium, offset, where.length,
            "an embedded fragment does not end where its size says", std::to_string(stated_end), std::to_string(end));
  }
}

void ChunkWalker::record_facts(const Record& record, const Event& event, size_t end, bool saw_eof) {
  size_t trailer = size_t{record.offset} + record.size - 4;
  const bool closed = saw_eof && end <= trailer && trailer - end <= 7;
  if (facts_)
    sink_.on_fact({FactKind::kRecord, event.where, record.id, event.record_id, record.time, event.time.ticks});
  if (facts_ || (remains_ && !closed)) sink_.on_fact({FactKind::kRecordEnd, event.where, end, trailer, saw_eof, 0});
  if (!closed) {
    anomaly(AnomalyKind::kClosure, Level::kMedium, record.offset, record.size,
            "a record's content does not end where its size says", std::to_string(trailer), std::to_string(end));
  }
}

void ChunkWalker::emit(const Record& record, const ValueFlags& flags, Event* event) {
  if (flags.inner_nul) {
    anomaly(AnomalyKind::kInnerNul, Level::kLow, record.offset, record.size, "text goes on after a NUL");
  }
  if (flags.damaged) {
    anomaly(AnomalyKind::kValueDamage, Level::kLow, record.offset, record.size, "a value is shorter than its type");
  }
  sink_.on_event(*event);
}

}  // namespace sil::ingest
