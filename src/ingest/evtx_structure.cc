#include "ingest/evtx_structure.h"

#include <algorithm>
#include <cstring>

#include "bytes/digest.h"
#include "ingest/binxml_parse.h"
#include "model/structure_kinds.h"

namespace sil::ingest {
namespace {

constexpr size_t kNameTable = 128, kNameBuckets = 64, kTemplateTable = 384, kTemplateBuckets = 32;
constexpr uint32_t kMaxSlackRecords = 512;  // a chunk holds fewer than 2,341 of the smallest
constexpr uint64_t kMaxId = uint64_t{1} << 40;

void reserved(Bytes bytes, uint64_t at, EventSink& sink) {
  auto first = std::find_if(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; });
  if (first == bytes.end()) return;
  auto odd = static_cast<uint64_t>(std::count_if(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; }));
  auto skip = static_cast<size_t>(first - bytes.begin());
  size_t last = bytes.size();
  while (bytes[last - 1] == 0) --last;
  sink.on_fact({kReservedFact, {at + skip, static_cast<uint32_t>(last - skip)}, odd, 0, 0, 0});
}

// Chains go to lower offsets, always (reference 1.5); that also ends every walk here.
void name_facts(Bytes chunk, uint64_t offset, uint32_t live_end, EventSink& sink) {
  for (size_t bucket = 0; bucket < kNameBuckets; ++bucket) {
    auto at = load_le<uint32_t>(chunk.data() + kNameTable + 4 * bucket);
    uint32_t above = live_end;
    while (at != 0) {
      auto say = [&](uint64_t stored, uint64_t computed, uint64_t what, uint32_t length) {
        sink.on_fact({kNameFact, {offset + at, length}, stored, computed, what, bucket});
      };
      if (at < kChunkHeaderSize || at > live_end - 10) {  // `at` may be near the end of 32 bits
        sink.on_fact({kNameFact, {offset + kNameTable + 4 * bucket, 4}, at, live_end, at >= above ? 2U : 3U, bucket});
        break;
      }
      auto next = load_le<uint32_t>(chunk.data() + at);
      auto stored = load_le<uint16_t>(chunk.data() + at + 4);
      uint32_t size = 2U * load_le<uint16_t>(chunk.data() + at + 6);
      if (size > live_end - at - 8) {
        say(size, live_end - at - 8, 3, 8);
        break;
      }
      uint16_t computed = evtx_name_hash(chunk.subspan(at + 8, size));
      if (computed != stored)
        say(stored, computed, 0, size + 10);
      else if (stored % kNameBuckets != bucket)
        say(stored % kNameBuckets, bucket, 1, size + 10);
      if (next >= at) {
        say(next, at, 2, size + 10);
        break;
      }
      above = at;
      at = next;
    }
  }
}

void template_facts(Bytes chunk, uint64_t offset, uint32_t live_end, EventSink& sink) {
  for (size_t bucket = 0; bucket < kTemplateBuckets; ++bucket) {
    size_t field = kTemplateTable + 4 * bucket;
    auto at = load_le<uint32_t>(chunk.data() + field);
    for (uint32_t above = UINT32_MAX; at != 0 && at < above;) {
      if (at < kChunkHeaderSize || at > live_end - 24) {
        sink.on_fact({kTableEntryFact, {offset + field, 4}, at, live_end, 0, 0});
        break;
      }
      above = at;
      at = load_le<uint32_t>(chunk.data() + at);
    }
  }
}

}  // namespace

uint16_t evtx_name_hash(Bytes utf16) {
  uint32_t hash = 0;
  for (size_t i = 0; i + 2 <= utf16.size(); i += 2) hash = hash * 65599 + load_le<uint16_t>(utf16.data() + i);
  return static_cast<uint16_t>(hash);
}

// Whole records behind the live ones: signature, size and its copy, sane time, a fragment header, a sane id.
void slack_facts(Bytes chunk, uint64_t offset, uint32_t live_end, EventSink& sink) {
  uint32_t found = 0;
  size_t at = (live_end + 7) / 8 * 8;
  while (at + kRecordMinimum <= chunk.size() && found < kMaxSlackRecords) {
    const uint8_t* head = chunk.data() + at;
    if (load_le<uint32_t>(head) != kRecordSignature || !record_at(chunk, at, chunk.size()) ||
        load_le<uint64_t>(head + 8) >= kMaxId || load_le<uint32_t>(head + 24) != 0x0001010f) {
      at += 8;
      continue;
    }
    auto size = load_le<uint32_t>(head + 4);
    sink.on_fact({kSlackFact,
                  {offset + at, size},
                  load_le<uint64_t>(head + 8),
                  load_le<uint64_t>(head + 16),
                  hash64(chunk.subspan(at, size)),
                  0});
    ++found;
    at += size;
  }
}

void chunk_structure_facts(Bytes chunk, uint64_t offset, const ChunkHeader& header, uint32_t live_end,
                           EventSink& sink) {
  if (chunk.size() < kChunkSize) return;
  reserved(chunk.subspan(56, 64), offset + 56, sink);
  if (header.intact() && live_end > kChunkHeaderSize && !header.empty()) {
    name_facts(chunk, offset, live_end, sink);
    template_facts(chunk, offset, live_end, sink);
  }
  slack_facts(chunk, offset, live_end, sink);
}

void header_structure_facts(Bytes head, EventSink& sink) {
  if (head.size() < kEvtxFileHeaderSize) return;
  reserved(head.subspan(44, 76), 44, sink);
  reserved(head.subspan(128, kEvtxFileHeaderSize - 128), 128, sink);
}

void instruction_facts(Bytes chunk, size_t begin, size_t end, Span where, EventSink& sink) {
  std::vector<Node> nodes;
  parse_fragment(chunk, begin, end, false, &nodes);
  for (size_t i = 0; i < nodes.size(); i = nodes[i].end) {
    if (nodes[i].kind != NodeKind::kPiData && nodes[i].kind != NodeKind::kPiTarget) continue;
    const Node& node = nodes[i];
    const uint8_t* data = node.kind == NodeKind::kPiData ? node.data : node.name;
    size_t at = data ? static_cast<size_t>(data - chunk.data()) : begin;
    size_t behind = at + (node.kind == NodeKind::kPiData ? node.data_size : node.name_size);
    if (node.kind == NodeKind::kPiData && at >= begin + 3) at -= 3;  // token and count stand before the data
    sink.on_fact({kInstructionFact, where, at, behind, 0, 0});
    return;  // one says it
  }
}

}  // namespace sil::ingest
