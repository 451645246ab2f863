#include "evtx_writer/writer.h"

#include <algorithm>
#include <cstring>

#include "bytes/digest.h"

namespace sil::evtx_writer {
namespace {

template <class T>
void store(std::vector<uint8_t>* bytes, size_t at, T value) {
  std::memcpy(bytes->data() + at, &value, sizeof value);
}
template <class T>
void store(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

constexpr size_t kFileHeader = 4096;
constexpr char kMagic[8] = {'E', 'l', 'f', 'F', 'i', 'l', 'e', '\0'};

}  // namespace

bool FileWriter::try_add(uint64_t id, uint64_t time, const std::function<void(BinXml&)>& body) {
  size_t start = chunk_.bytes.size();
  auto names = chunk_.name_heads;
  auto templates = chunk_.template_heads;
  BinXml out(&chunk_);
  out.u32(0x00002a2a).u32(0).u64(id).u64(time);
  body(out);
  while ((chunk_.bytes.size() - start + 4) % 8 != 0) out.u8(0);
  auto size = static_cast<uint32_t>(chunk_.bytes.size() - start + 4);
  out.u32(size);
  if (chunk_.bytes.size() > kChunkSize) {
    // The record's header is written last, so its 24 bytes stay as they were. Below this room nothing is tried.
    constexpr size_t kHead = 24, kLeastRoom = 104;
    if (options_.abandoned_copies && start + kLeastRoom <= kChunkSize)
      abandoned_.assign(chunk_.bytes.begin() + static_cast<ptrdiff_t>(start + kHead),
                        chunk_.bytes.begin() + static_cast<ptrdiff_t>(kChunkSize));
    chunk_.bytes.resize(start);
    chunk_.name_heads = names;
    chunk_.template_heads = templates;
    std::erase_if(chunk_.names, [start](const auto& entry) { return entry.second >= start; });
    std::erase_if(chunk_.definitions, [start](const auto& entry) { return entry.second >= start; });
    return false;
  }
  store(&chunk_.bytes, start + 4, size);
  uint64_t number = options_.first_number + next_number_++;
  if (chunk_.records++ == 0) {
    chunk_.first_number = number;
    chunk_.first_id = id;
  }
  chunk_.last_number = number;
  chunk_.last_id = id;
  chunk_.last_record = static_cast<uint32_t>(start);
  places_.push_back({closed_.size(), static_cast<uint32_t>(start), size, id});
  return true;
}

void FileWriter::close_chunk() {
  if (chunk_.records == 0) return;
  closed_.push_back(chunk_.sealed((options_.file_flags & 4) != 0 ? 5 : 1));
  if (!abandoned_.empty()) std::copy(abandoned_.begin(), abandoned_.end(), closed_.back().end() - abandoned_.size());
  abandoned_.clear();
  chunk_ = Chunk{};
}

RecordPlace FileWriter::add_raw(uint64_t id, uint64_t time, const std::function<void(BinXml&)>& body) {
  if (!try_add(id, time, body)) {
    close_chunk();
    if (!try_add(id, time, body)) return {};  // larger than an empty chunk: no Windows event is
  }
  last_id_ = std::max(last_id_, id);
  return places_.back();
}

RecordPlace FileWriter::add(const Event& event) {
  uint64_t id = event.header_id.value_or(options_.export_form ? written_ + 1 : event.record_id);
  uint64_t time = event.header_time.value_or(options_.export_form ? 0 : event.time);
  if (options_.export_form && pending_time_) {
    auto [chunk, offset] = *pending_time_;
    if (chunk == closed_.size()) {
      store(&chunk_.bytes, offset + 16, event.time);
    } else {
      store(&closed_[chunk], offset + 16, event.time);
      seal_chunk(closed_[chunk].data());
    }
  }
  RecordPlace place = add_raw(id, time, [&event](BinXml& out) { write_event(event, &out); });
  ++written_;
  if (options_.export_form && !event.header_time) pending_time_ = {place.chunk, place.offset};
  return place;
}

void FileWriter::write_header(std::vector<uint8_t>* out, size_t used) const {
  size_t oldest = used == 0 ? 0 : options_.oldest_position % used;
  std::memcpy(out->data(), kMagic, sizeof kMagic);
  store(out, 8, static_cast<uint64_t>(oldest));
  store(out, 16, options_.last_chunk.value_or(used == 0 ? 0 : (oldest + used - 1) % used));
  store(out, 24, options_.next_id.value_or(last_id_ + 1));
  store(out, 32, uint32_t{128});
  store(out, 36, options_.minor_version);
  store(out, 38, uint16_t{3});
  store(out, 40, static_cast<uint16_t>(kFileHeader));
  store(out, 42, options_.chunk_count.value_or(static_cast<uint16_t>(used)));
  store(out, 120, options_.file_flags);
  if ((options_.file_flags & 4) == 0) store(out, 124, crc32(Bytes{*out}.first(120)));
}

std::vector<uint8_t> FileWriter::finish() {
  close_chunk();
  if (closed_.empty()) closed_.push_back(Chunk{}.sealed((options_.file_flags & 4) != 0 ? 5 : 1));
  size_t used = closed_.size();
  std::vector<uint8_t> out(kFileHeader, 0);
  write_header(&out, used);
  size_t oldest = options_.oldest_position % used;
  for (size_t place = 0; place < used; ++place) {
    const auto& chunk = closed_[(place + used - oldest) % used];
    out.insert(out.end(), chunk.begin(), chunk.end());
  }
  out.resize(out.size() + options_.preallocated_chunks * kChunkSize, 0);
  return out;
}

void seal_chunk(uint8_t* chunk) {
  Bytes view{chunk, kChunkSize};
  auto free = std::clamp<uint32_t>(load_le<uint32_t>(chunk + 48), kChunkHeader, kChunkSize);
  store(chunk + 52, crc32(view.subspan(kChunkHeader, free - kChunkHeader)));
  store(chunk + 124, crc32(view.subspan(128, 384), crc32(view.first(120))));
}

void seal_file_header(uint8_t* file) {
  store(file + 124, crc32(Bytes{file, 120}));
}

void seal_file(std::vector<uint8_t>* file) {
  for (size_t at = kFileHeader; at + kChunkSize <= file->size(); at += kChunkSize)
    if (std::memcmp(file->data() + at, "ElfChnk", 8) == 0) seal_chunk(file->data() + at);
  if (file->size() >= 128) seal_file_header(file->data());
}

}  // namespace sil::evtx_writer
