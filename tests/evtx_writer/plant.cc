#include "evtx_writer/plant.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "bytes/file.h"
#include "bytes/json_writer.h"
#include "evtx_writer/plant_walk.h"
#include "evtx_writer/writer.h"

namespace sil::evtx_writer {
namespace {

constexpr size_t kFileHeader = 4096;

template <class T>
void store(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}
template <class T>
void add(uint8_t* at, T by) {
  store<T>(at, static_cast<T>(load_le<T>(at) + by));
}

// A file under edit: chunks in physical order, walked once.
struct Edit {
  std::vector<uint8_t>* file;
  Planted* truth;
  uint64_t random;
  std::vector<std::vector<WalkedRecord>> chunks;
  uint64_t only = 0;  // the victim's header id, 0 = any

  [[nodiscard]] uint8_t* chunk(size_t i) const { return file->data() + kFileHeader + i * kChunkSize; }
  uint64_t below(uint64_t limit) {
    random += 0x9e3779b97f4a7c15;
    uint64_t z = (random ^ (random >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return limit == 0 ? 0 : (z ^ (z >> 31)) % limit;
  }
  // A record for which `fit` holds, any with the same chance.
  bool choose(const std::function<bool(size_t, size_t)>& fit, size_t* c, size_t* r) {
    std::vector<std::pair<size_t, size_t>> able;
    for (size_t i = 0; i < chunks.size(); ++i)
      for (size_t k = 0; k < chunks[i].size(); ++k)
        if ((only == 0 || chunks[i][k].id == only) && fit(i, k)) able.emplace_back(i, k);
    if (able.empty()) return false;
    std::tie(*c, *r) = able[below(able.size())];
    return true;
  }
  void note(size_t c, const WalkedRecord& record) {
    truth->chunk = c;
    truth->offset = record.offset;
    truth->size = record.size;
    truth->victim_id = record.outer.size() > 10 ? load_le<uint64_t>(chunk(c) + record.outer[10].offset) : record.id;
    truth->victims = 1;
    truth->before.assign(chunk(c) + record.offset, chunk(c) + record.offset + record.size);
  }
  void seal() { seal_file(file); }
};

bool ordinary(const WalkedRecord& record) {  // a template instance with Windows' System slots
  return record.definition != 0 && record.outer.size() > 10 && record.outer[10].size == 8;
}

// Ids of all records behind (c, r) become one less, in header and body; chunk and file headers follow. Behind is told
// by ids: in a circular log newer chunks may lie before.
void renumber_behind(Edit& edit, size_t c, size_t r, bool bodies = true) {
  uint64_t gone = edit.chunks[c][r].id;
  for (size_t i = 0; i < edit.chunks.size(); ++i) {
    if (edit.chunks[i].empty() || edit.chunks[i].back().id < gone) continue;
    uint8_t* chunk = edit.chunk(i);
    for (size_t k = i == c ? r + 1 : 0; k < edit.chunks[i].size(); ++k) {
      const WalkedRecord& record = edit.chunks[i][k];
      add<uint64_t>(chunk + record.offset + 8, ~uint64_t{0});
      if (bodies && ordinary(record)) add<uint64_t>(chunk + record.outer[10].offset, ~uint64_t{0});
    }
    for (size_t field : {size_t{8}, size_t{16}, size_t{24}, size_t{32}})
      if (i != c || field == 16 || field == 32) add<uint64_t>(chunk + field, ~uint64_t{0});
  }
  add<uint64_t>(edit.file->data() + 24, ~uint64_t{0});
}

void join(Edit& edit, size_t c, size_t into, size_t last) {  // record `into` now reaches to the end of `last`
  const auto& records = edit.chunks[c];
  uint8_t* chunk = edit.chunk(c);
  uint32_t size = records[last].offset + records[last].size - records[into].offset;
  store(chunk + records[into].offset + 4, size);
  store(chunk + records[into].offset + size - 4, size);
  if (last + 1 == records.size()) store(chunk + 44, records[into].offset);
}

bool merge(Edit& edit, bool wipe, bool renumber) {
  size_t c = 0;
  size_t r = 0;
  if (!edit.choose(
          [&](size_t i, size_t k) { return k > 0 && ordinary(edit.chunks[i][k]) && !edit.chunks[i][k].defines; }, &c,
          &r))
    return false;
  const WalkedRecord& victim = edit.chunks[c][r];
  edit.note(c, victim);
  if (wipe) std::memset(edit.chunk(c) + victim.offset, 0, victim.size - 4);
  join(edit, c, r - 1, r);
  if (renumber) renumber_behind(edit, c, r);
  edit.seal();
  return true;
}

// The victim holds its System definition; the next record uses it. The definition grows to the next record's
// values.
bool swallow(Edit& edit) {
  size_t c = 0;
  size_t r = 0;
  auto fit = [&](size_t i, size_t k) {
    const auto& records = edit.chunks[i];
    return k + 1 < records.size() && ordinary(records[k]) && ordinary(records[k + 1]) &&
           records[k].definition == records[k].offset + 38 && records[k + 1].definition == records[k].definition;
  };
  if (!edit.choose(fit, &c, &r)) return false;
  const WalkedRecord& victim = edit.chunks[c][r];
  const WalkedRecord& next = edit.chunks[c][r + 1];
  edit.note(c, victim);
  uint8_t* chunk = edit.chunk(c);
  store(chunk + victim.definition + 20, next.values_at - victim.definition - 24);
  store(chunk + next.outer[10].offset,
        edit.truth->victim_id);  // shows the next record's values under this id
  join(edit, c, r, r + 1);
  renumber_behind(edit, c, r + 1);
  edit.seal();
  return true;
}

bool mask(Edit& edit) {
  size_t c = 0;
  size_t r = 0;
  if (!edit.choose(
          [&](size_t i, size_t k) {
            return k + 1 < edit.chunks[i].size() && ordinary(edit.chunks[i][k]) && ordinary(edit.chunks[i][k + 1]);
          },
          &c, &r))
    return false;
  const WalkedRecord& victim = edit.chunks[c][r];
  const WalkedRecord& next = edit.chunks[c][r + 1];
  edit.note(c, victim);
  uint8_t* body = edit.chunk(c) + victim.offset + 24;  // two 0b tokens up to the next record's own body
  uint32_t units = (victim.size - 6) / 2;
  body[0] = 0x0b;
  store<uint16_t>(body + 1, 0);
  body[3] = 0x0b;
  store(body + 4, static_cast<uint16_t>(units));
  store(edit.chunk(c) + next.outer[10].offset, edit.truth->victim_id);
  join(edit, c, r, r + 1);
  renumber_behind(edit, c, r + 1);
  edit.seal();
  return true;
}

// Takes the bytes of record r out of chunk c and mends every offset behind it.
void remove_bytes(Edit& edit, size_t c, size_t r) {
  uint8_t* chunk = edit.chunk(c);
  const WalkedRecord victim = edit.chunks[c][r];
  auto mend = [&](uint32_t at) {
    auto value = load_le<uint32_t>(chunk + at);
    if (value > victim.offset) store(chunk + at, value - victim.size);
  };
  for (uint32_t at = 128; at < kChunkHeader; at += 4) mend(at);
  for (size_t k = 0; k < edit.chunks[c].size(); ++k)
    if (k != r)
      for (uint32_t at : edit.chunks[c][k].offset_fields) mend(at);
  uint32_t free = load_le<uint32_t>(chunk + 48);
  uint32_t behind = victim.offset + victim.size;
  std::memmove(chunk + victim.offset, chunk + behind, free - behind);
  std::memset(chunk + free - victim.size, 0, victim.size);
  store(chunk + 48, free - victim.size);
  bool last = r + 1 == edit.chunks[c].size();
  store(chunk + 44, last ? edit.chunks[c][r - 1].offset : load_le<uint32_t>(chunk + 44) - victim.size);
}

// The chunk with the highest ids, which need not lie last: circular logs.
size_t newest_chunk(const Edit& edit) {
  size_t out = 0;
  uint64_t highest = 0;
  for (size_t i = 0; i < edit.chunks.size(); ++i) {
    if (edit.chunks[i].empty() || edit.chunks[i].back().id < highest) continue;
    highest = edit.chunks[i].back().id;
    out = i;
  }
  return out;
}

bool compact(Edit& edit, bool in_newest) {
  size_t c = 0;
  size_t r = 0;
  size_t newest = newest_chunk(edit);
  auto fit = [&](size_t i, size_t k) {
    return k > 0 && in_newest == (i == newest) && ordinary(edit.chunks[i][k]) && !edit.chunks[i][k].defines;
  };
  if (!edit.choose(fit, &c, &r)) return false;
  edit.note(c, edit.chunks[c][r]);
  renumber_behind(edit, c, r);
  remove_bytes(edit, c, r);
  edit.seal();
  return true;
}

bool cut_tail(Edit& edit, bool zero) {
  size_t c = newest_chunk(edit);
  if (edit.chunks.empty() || edit.chunks[c].size() < 4) return false;
  const auto& records = edit.chunks[c];
  size_t keep = records.size() - 1 - edit.below(std::min<size_t>(3, records.size() - 2));
  edit.note(c, records[keep]);
  edit.truth->victims = records.size() - keep;
  uint8_t* chunk = edit.chunk(c);
  uint32_t free = load_le<uint32_t>(chunk + 48);
  edit.truth->size = free - records[keep].offset;
  edit.truth->before.assign(chunk + records[keep].offset, chunk + free);
  if (zero) std::memset(chunk + records[keep].offset, 0, free - records[keep].offset);
  store(chunk + 48, records[keep].offset);
  store(chunk + 44, records[keep - 1].offset);
  uint64_t gone = edit.truth->victims;
  add<uint64_t>(chunk + 16, ~gone + 1);
  add<uint64_t>(chunk + 32, ~gone + 1);
  add<uint64_t>(edit.file->data() + 24, ~gone + 1);
  edit.seal();
  return true;
}

bool drop_chunk(Edit& edit, bool close_up) {
  size_t used = 0;
  while (used < edit.chunks.size() && !edit.chunks[used].empty()) ++used;
  if (used < 3) return false;
  size_t c = 1 + edit.below(used - 2);
  edit.note(c, edit.chunks[c].front());
  edit.truth->victims = edit.chunks[c].size();
  edit.truth->size = kChunkSize;
  edit.truth->before.assign(edit.chunk(c), edit.chunk(c) + kChunkSize);
  if (close_up) {
    auto at = edit.file->begin() + static_cast<ptrdiff_t>(kFileHeader + c * kChunkSize);
    edit.file->erase(at, at + kChunkSize);
    add<uint64_t>(edit.file->data() + 16, ~uint64_t{0});
    add<uint16_t>(edit.file->data() + 42, 0xffff);
  } else {
    std::memset(edit.chunk(c), 0, kChunkSize);
  }
  edit.seal();
  return true;
}

bool backdate(Edit& edit, bool header, bool body) {
  size_t c = 0;
  size_t r = 0;
  if (!edit.choose([&](size_t i, size_t k) { return ordinary(edit.chunks[i][k]); }, &c, &r)) return false;
  const WalkedRecord& record = edit.chunks[c][r];
  edit.note(c, record);
  edit.truth->victims = 0;
  uint64_t earlier = (26 + edit.below(400)) * 36'000'000'000;  // 26 to 425 hours in 100 ns ticks
  if (header) add<uint64_t>(edit.chunk(c) + record.offset + 16, ~earlier + 1);
  if (body) add<uint64_t>(edit.chunk(c) + record.outer[6].offset, ~earlier + 1);
  edit.seal();
  return true;
}

bool rewrite(Edit& edit, bool repair) {
  size_t c = 0;
  size_t r = 0;
  auto text = [](const WalkedRecord& record) -> const WalkedValue* {
    for (const WalkedValue& value : record.inner)
      if (value.type == kString && value.size >= 8) return &value;
    return nullptr;
  };
  if (!edit.choose([&](size_t i, size_t k) { return text(edit.chunks[i][k]) != nullptr; }, &c, &r)) return false;
  edit.note(c, edit.chunks[c][r]);
  edit.truth->victims = 0;
  uint8_t* unit = edit.chunk(c) + text(edit.chunks[c][r])->offset + 2;
  store<uint16_t>(unit, load_le<uint16_t>(unit) == 'x' ? 'y' : 'x');
  if (repair) edit.seal();
  return true;
}

bool roll_back(Edit& edit) {
  size_t used = 0;
  while (used < edit.chunks.size() && !edit.chunks[used].empty()) ++used;
  if (used < 2) return false;
  uint8_t* head = edit.file->data();
  edit.truth->chunk = used - 1;
  store(head + 24, load_le<uint64_t>(edit.chunk(used - 2) + 32) + 1);
  store<uint64_t>(head + 16, used - 2);
  add<uint16_t>(head + 42, 0xffff);
  seal_file_header(head);
  return true;
}

bool swap_export(Edit& edit) {
  size_t c = 0;
  size_t r = 0;
  if (!edit.choose(
          [&](size_t i, size_t k) { return k > 0 && ordinary(edit.chunks[i][k]) && !edit.chunks[i][k].defines; }, &c,
          &r))
    return false;
  edit.note(c, edit.chunks[c][r]);
  remove_bytes(edit, c, r);
  uint64_t number = 0;
  for (size_t i = 0; i < edit.chunks.size(); ++i) {
    uint8_t* chunk = edit.chunk(i);
    std::vector<WalkedRecord> records = walk_chunk(chunk);
    if (records.empty()) continue;
    for (size_t field : {size_t{8}, size_t{24}}) store(chunk + field, number + 1);
    for (const WalkedRecord& record : records) store(chunk + record.offset + 8, ++number);
    for (size_t field : {size_t{16}, size_t{32}}) store(chunk + field, number);
  }
  store(edit.file->data() + 24, number + 1);
  edit.seal();
  return true;
}

bool clear_silently(Edit& edit) {
  size_t used = 0;
  while (used < edit.chunks.size() && !edit.chunks[used].empty()) ++used;
  if (used < 2) return false;
  size_t gone = 1 + edit.below(used - 1);
  uint64_t offset = load_le<uint64_t>(edit.chunk(gone) + 8) - 1;
  edit.truth->victims = offset;
  for (size_t i = gone; i < used; ++i) {
    add<uint64_t>(edit.chunk(i) + 8, ~offset + 1);
    add<uint64_t>(edit.chunk(i) + 16, ~offset + 1);
  }
  edit.file->erase(edit.file->begin() + kFileHeader,
                   edit.file->begin() + static_cast<ptrdiff_t>(kFileHeader + gone * kChunkSize));
  store<uint64_t>(edit.file->data() + 16, used - gone - 1);
  store(edit.file->data() + 42, static_cast<uint16_t>(used - gone));
  edit.seal();
  return true;
}

bool twin(Edit& edit, Plant what) {
  size_t used = 0;
  while (used < edit.chunks.size() && !edit.chunks[used].empty()) ++used;
  if (used < 3) return false;
  uint8_t* head = edit.file->data();
  if (what == Plant::kTwinTruncated) {
    edit.file->resize(kFileHeader + (used - 1) * kChunkSize);
    store(edit.file->data() + 120, uint32_t{1});
  } else if (what == Plant::kTwinPreallocated) {
    edit.file->resize(edit.file->size() + 5 * kChunkSize, 0);
  } else if (what == Plant::kTwinRotated) {
    edit.file->resize(kFileHeader + used * kChunkSize);
    size_t by = 1 + edit.below(used - 1);  // newest chunk comes to lie before the oldest
    std::rotate(edit.file->begin() + kFileHeader,
                edit.file->begin() + static_cast<ptrdiff_t>(kFileHeader + by * kChunkSize), edit.file->end());
    store<uint64_t>(edit.file->data() + 8, used - by);
    store<uint64_t>(edit.file->data() + 16, used - by - 1);
    seal_file_header(edit.file->data());
  } else if (what == Plant::kTwinTorn) {  // the newest chunk's header is from before its last records
    const auto& records = edit.chunks[used - 1];
    if (records.size() < 4) return false;
    std::vector<uint8_t> body(edit.chunk(used - 1), edit.chunk(used - 1) + kChunkSize);
    if (!cut_tail(edit, false)) return false;
    std::memcpy(edit.chunk(used - 1) + kChunkHeader, body.data() + kChunkHeader, kChunkSize - kChunkHeader);
    *edit.truth = {edit.truth->plant, edit.truth->seed, used - 1, 0, 0, 0, 0, {}};
    store(head + 120, uint32_t{1});
  } else {  // buffer reuse: behind the newest chunk's end lie the same offsets of the chunk before
    uint8_t* newest = edit.chunk(used - 1);
    uint32_t free = load_le<uint32_t>(newest + 48);
    std::memcpy(newest + free, edit.chunk(used - 2) + free, kChunkSize - free);
  }
  return true;
}

struct Row {
  const char *name, *expected;
};
constexpr Row kRows[kPlants] = {{"F1", "R1 R2"},
                                {"F2", "R1"},
                                {"F3", "R3"},
                                {"F4", "R5"},
                                {"F5", "R1 R10"},
                                {"F6", "R9 R18"},
                                {"F7a", "R16c"},
                                {"F7b", ""},
                                {"F8a", "R10"},
                                {"F8b", "R10"},
                                {"F9a", "R6"},
                                {"F9b", "R6"},
                                {"F9c", "T1"},
                                {"F10a", "R15"},
                                {"F10b", ""},
                                {"F11", "R14"},
                                {"F12", "R12 R11"},
                                {"F13", "R13"},
                                {"F6 newest", ""},
                                {"F14-truncated", "none"},
                                {"F14-preallocated", "none"},
                                {"F14-rotated", "none"},
                                {"F14-torn", "none"},
                                {"F14-slack", "none"}};

bool apply(Edit& edit, Plant what) {
  switch (what) {
    case Plant::kMerge: return merge(edit, false, true);
    case Plant::kMergeWiped: return merge(edit, true, true);
    case Plant::kSwallow: return swallow(edit);
    case Plant::kMaskedAsPi: return mask(edit);
    case Plant::kMergeKeepIds: return merge(edit, false, false);
    case Plant::kCompact: return compact(edit, false);
    case Plant::kCompactNewest: return compact(edit, true);
    case Plant::kTailLeft: return cut_tail(edit, false);
    case Plant::kTailZeroed: return cut_tail(edit, true);
    case Plant::kChunkZeroed: return drop_chunk(edit, false);
    case Plant::kChunkRemoved: return drop_chunk(edit, true);
    case Plant::kBackdatedHeader: return backdate(edit, true, false);
    case Plant::kBackdatedBody: return backdate(edit, false, true);
    case Plant::kBackdatedBoth: return backdate(edit, true, true);
    case Plant::kRewrittenLeft: return rewrite(edit, false);
    case Plant::kRewritten: return rewrite(edit, true);
    case Plant::kRolledBack: return roll_back(edit);
    case Plant::kSwappedExport: return swap_export(edit);
    case Plant::kClearedSilently: return clear_silently(edit);
    default: return twin(edit, what);
  }
}

}  // namespace

const char* plant_name(Plant plant) {
  return kRows[static_cast<size_t>(plant)].name;
}
const char* plant_expected(Plant plant) {
  return kRows[static_cast<size_t>(plant)].expected;
}

std::string Planted::json() const {
  std::string out;
  JsonWriter writer(&out);
  writer.begin_object().field("plant", plant_name(plant)).field("expected", plant_expected(plant));
  writer.key("seed")
      .number(seed)
      .key("chunk")
      .number(uint64_t{chunk})
      .key("offset")
      .number(offset)
      .key("size")
      .number(size);
  writer.key("victim_id").number(victim_id).key("victims").number(victims);
  writer.field("before_sha256", before.empty() ? "" : hex(sha256(Bytes{before}))).end_object();
  return out + "\n";
}

namespace {

bool plant_one(Plant what, uint64_t seed, uint64_t only, std::vector<uint8_t>* file, Planted* truth,
               std::string* problem) {
  std::vector<uint8_t> copy = *file;
  *truth = {what, seed, 0, 0, 0, 0, 0, {}};
  if (copy.size() < kFileHeader + kChunkSize || std::memcmp(copy.data(), "ElfFile", 8) != 0) {
    *problem = "not an EVTX file";
    return false;
  }
  Edit edit{&copy, truth, seed * 977 + static_cast<uint64_t>(what), {}, only};
  for (size_t i = 0; kFileHeader + (i + 1) * kChunkSize <= copy.size(); ++i)
    edit.chunks.push_back(walk_chunk(edit.chunk(i)));
  if (!apply(edit, what)) {
    *problem = std::string("no fit victim for ") + plant_name(what);
    return false;
  }
  *file = std::move(copy);
  return true;
}

}  // namespace

bool plant(Plant what, uint64_t seed, std::vector<uint8_t>* file, Planted* truth, std::string* problem) {
  return plant_one(what, seed, 0, file, truth, problem);
}
bool plant_at(Plant what, uint64_t victim_id, std::vector<uint8_t>* file, Planted* truth, std::string* problem) {
  return plant_one(what, 1, victim_id, file, truth, problem);
}

bool plant_copy(Plant what, uint64_t seed, const std::string& in, const std::string& out, std::string* problem) {
  std::string folder = in.substr(0, in.rfind('/') + 1);
  if (!path_exists(folder + ".copies-for-tests")) {
    *problem = in + ": refused, its folder is not marked as holding copies for tests";
    return false;
  }
  Result<std::string> bytes = read_whole(in, uint64_t{256} << 20);
  if (!bytes) {
    *problem = bytes.error().text();
    return false;
  }
  std::vector<uint8_t> file(bytes->begin(), bytes->end());
  Planted truth;
  if (!plant(what, seed, &file, &truth, problem)) return false;
  auto written = write_whole(out, as_text(file));
  auto told = write_whole(out + ".json", truth.json());
  if (!written || !told) *problem = "cannot write " + out;
  return written && told;
}

}  // namespace sil::evtx_writer
