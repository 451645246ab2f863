// Which kind of file lies here comes first: an export renumbers its record headers and shifts their times, so that
// rules that are exact on a channel file would cry wolf on an export (reference 4.1).
#include <algorithm>

#include "tracks/source_facts.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kEnough = 8;  // records; below it the header copies prove nothing

struct Sums {
  uint64_t bodies = 0, records = 0, ids = 0, times = 0, next = 0;
};

Sums sums_of(const SourceFacts& facts) {
  Sums out;
  for (const ChunkFacts& chunk : facts.chunks) {
    if (facts.torn_chunk(chunk)) continue;
    out.records += chunk.records;
    out.bodies += chunk.bodies;
    out.ids += chunk.id_differs;
    out.times += chunk.time_differs;
    out.next += chunk.time_of_next;
  }
  return out;
}

std::string share(uint64_t part, uint64_t whole) {
  return std::to_string(part) + " of " + std::to_string(whole);
}

void classify(SourceFacts* facts) {
  Sums sums = sums_of(*facts);
  bool torn = facts->header.dirty() && std::any_of(facts->chunks.begin(), facts->chunks.end(),
                                                   [&](const ChunkFacts& chunk) { return facts->torn_chunk(chunk); });
  auto set = [&](FileClass what, std::string why) {
    facts->what = what;
    facts->why = std::move(why);
  };
  if (sums.records == 0) return set(FileClass::kUnclear, "no readable record");
  if (sums.bodies * 2 < sums.records)
    return set(FileClass::kForwarded,
               share(sums.records - sums.bodies, sums.records) + " records without System values");
  std::string told = "the header time differs from TimeCreated in " + share(sums.times, sums.bodies) +
                     " records, the header id from EventRecordID in " + share(sums.ids, sums.bodies);
  if (torn) return set(FileClass::kTorn, "marked as in use, and a checksum does not hold; " + told);
  // Times decide first: an export shifts nearly all of them. Some keep them (ids still tell): half the ids differ.
  if (sums.times * 10 <= sums.bodies && sums.ids * 2 <= sums.bodies && sums.bodies >= kEnough)
    return set(FileClass::kChannel, told);
  if (sums.next * 2 >= sums.bodies) return set(FileClass::kExport, told);
  if (sums.ids * 2 > sums.bodies) return set(FileClass::kExport, told);
  if (sums.bodies < kEnough && sums.times == 0 && sums.ids == 0)
    return set(FileClass::kUnclear, "too few records; " + told);
  if (sums.times * 2 > sums.bodies) return set(FileClass::kExport, told);
  set(FileClass::kUnclear, told);
}

}  // namespace

const char* file_class_name(FileClass what) {
  constexpr const char* kNames[] = {"none", "channel file", "export", "forwarded or rendered", "torn copy", "unclear"};
  return kNames[static_cast<size_t>(what)];
}

uint64_t SourceFacts::records() const {
  uint64_t out = 0;
  for (const ChunkFacts& chunk : chunks) out += chunk.records;
  return out;
}

void settle(SourceFacts* facts) {
  for (size_t i = 0; i < facts->chunks.size(); ++i) {
    if (facts->chunks[i].records > 0) facts->by_id.push_back(i);
  }
  std::stable_sort(facts->by_id.begin(), facts->by_id.end(),
                   [&](size_t a, size_t b) { return facts->chunks[a].lowest_id < facts->chunks[b].lowest_id; });
  if (facts->about.format == "evtx") classify(facts);
  for (size_t i : facts->by_id) {
    const ChunkFacts& chunk = facts->chunks[i];
    facts->highest_id = std::max(facts->highest_id, chunk.highest_id);
    if (facts->what == FileClass::kChannel && !facts->torn_chunk(chunk) && chunk.first_id <= chunk.last_id) {
      auto& counted = facts->counted;
      if (!counted.empty() && counted.back().second + 1 == chunk.first_id)
        counted.back().second = chunk.last_id;
      else
        counted.emplace_back(chunk.first_id, chunk.last_id);
    }
    if (facts->torn_chunk(chunk) || chunk.first_id < chunk.first_number || chunk.first_id != chunk.lowest_id) continue;
    uint64_t offset = chunk.first_id - chunk.first_number;
    if (offset == 0 || (!facts->clears.empty() && facts->clears.back().offset == offset)) continue;
    facts->clears.push_back({offset, chunk.offset, chunk.first_number, chunk.first_id, chunk.first});
  }
}

}  // namespace sil::tracks
