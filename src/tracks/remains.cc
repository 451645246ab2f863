#include "tracks/remains.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "model/structure_kinds.h"
#include "tracks/inner_records.h"
#include "tracks/source_facts.h"

namespace sil::tracks {
namespace {

constexpr size_t kGuidAndSize = 24;

uint64_t chunk_of(uint64_t offset) {
  return offset < kFileHead ? offset : kFileHead + (offset - kFileHead) / kChunkBytes * kChunkBytes;
}

}  // namespace

std::vector<Recovery> hidden_records(Bytes record, const Span& outer, uint64_t chunk, uint64_t end) {
  std::vector<Recovery> out;
  const uint64_t start = outer.offset - chunk;
  if (end < start || end - start >= outer.length) return out;
  for (const InnerRecord& inner : inner_records(record, end - start)) {
    Recovery& one = out.emplace_back();
    one.where = {outer.offset + inner.offset, inner.size};
    one.chunk = chunk;
    one.how = "hidden inside another record";
    if (inner.offset + inner.size != outer.length) continue;
    one.mends.push_back({one.where.offset + inner.size - 4, le32(inner.size)});  // overwritten with the merged size
    one.mended = "size copy";
  }
  return out;
}

std::optional<Recovery> swallowed_record(Bytes record, const Span& outer, uint64_t chunk, const Span& definition,
                                         uint64_t end) {
  const uint64_t behind = chunk + end;
  if (definition.offset < outer.offset || definition.offset >= outer.offset + outer.length) return {};
  if (behind < definition.offset + kGuidAndSize) return {};
  const std::vector<InnerRecord> inner = inner_records(record, behind - outer.offset);
  if (inner.empty()) return {};
  const Span victim{outer.offset, inner.front().offset};
  const auto size = static_cast<uint32_t>(behind - definition.offset - kGuidAndSize);
  return Recovery{victim,
                  chunk,
                  {{victim.offset + 4, le32(victim.length)},
                   {victim.offset + victim.length - 4, le32(victim.length)},
                   {definition.offset + 20, le32(size)}},
                  "record size, definition size",
                  "covered by a template definition"};
}

std::optional<Recovery> masked_record(Bytes record, const Span& outer, uint64_t chunk) {
  const std::vector<InnerRecord> inner = inner_records(record, 28);
  if (inner.empty()) return {};
  const uint32_t size = inner.front().offset;
  // The six bytes that the mask overwrites are the same in every record.
  return Recovery{{outer.offset, size},
                  chunk,
                  {{outer.offset + 4, le32(size)}, {outer.offset + 24, {0x0f, 0x01, 0x01, 0x00, 0x0c, 0x01}}},
                  "record size, first six bytes of the content",
                  "masked as an instruction"};
}

Recovery slack_record(const Span& where, uint64_t chunk) {
  return {where, chunk, {}, "", "behind the live records"};
}

void Remains::fact(const StructureFact& fact) {
  if (fact.kind == kSlackFact || fact.kind == kInstructionFact) return add(fact);
  if (fact.kind == FactKind::kDefinition && fact.a != fact.b) return add(fact);
  if (fact.kind != FactKind::kRecordEnd) return;
  const bool closed = fact.c != 0 && fact.a <= fact.b && fact.b - fact.a <= 7;
  if (!closed) add(fact);
}

void Remains::add(const StructureFact& fact) {
  if (facts_.size() == kMostRemains)
    ++more_;
  else
    facts_.push_back(fact);
}

void Remains::append(Remains more) {
  for (const StructureFact& fact : more.facts_) add(fact);
  more_ += more.more_;
}

std::vector<Recovery> Remains::recoveries(uint32_t source, SpanReader& bytes) const {
  std::vector<Recovery> out;
  for (const StructureFact& fact : facts_) {
    const bool definition = fact.kind == FactKind::kDefinition;
    const Span outer = definition ? Span{fact.c, static_cast<uint32_t>(fact.d)} : fact.where;
    const uint64_t chunk = chunk_of(outer.offset);
    if (fact.kind == kSlackFact) {
      out.push_back(slack_record(outer, chunk));
      continue;
    }
    const std::vector<uint8_t> record = bytes.read(source, outer);
    if (record.size() != outer.length) continue;
    std::optional<Recovery> one;
    if (definition)
      one = swallowed_record(Bytes(record), outer, chunk, fact.where, fact.a);
    else if (fact.kind == kInstructionFact)
      one = masked_record(Bytes(record), outer, chunk);
    else
      for (Recovery& inner : hidden_records(Bytes(record), outer, chunk, fact.a)) out.push_back(std::move(inner));
    if (one) out.push_back(std::move(*one));
  }
  auto place = [](const Recovery& one) { return std::tuple(one.where.offset, one.where.length); };
  std::ranges::stable_sort(out, {}, place);
  const auto twice = std::ranges::unique(out, {}, place);
  out.erase(twice.begin(), twice.end());
  return out;
}

}  // namespace sil::tracks
