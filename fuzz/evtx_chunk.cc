// One chunk whose signatures and checksums are mended first, so that the input gets behind them: chunk header, and
// the size copy of each record that its size leads to.
#include <cstring>

#include "bytes/digest.h"
#include "ingest/recorded_run.h"

namespace {

void mend(std::vector<uint8_t>* chunk) {
  using namespace sil;
  uint8_t* at = chunk->data();
  std::memcpy(at, "ElfChnk\0", 8);
  auto free_offset = load_le<uint32_t>(at + 48) % (ingest::kChunkSize + 1);
  if (free_offset < ingest::kChunkHeaderSize) free_offset = static_cast<uint32_t>(chunk->size());
  std::memcpy(at + 48, &free_offset, 4);
  for (size_t record = ingest::kChunkHeaderSize; record + ingest::kRecordMinimum <= chunk->size();) {
    auto size = load_le<uint32_t>(at + record + 4);
    if (size < ingest::kRecordMinimum || size > chunk->size() - record) break;
    std::memcpy(at + record, &ingest::kRecordSignature, 4);
    std::memcpy(at + record + size - 4, &size, 4);
    record += size;
  }
  if (free_offset <= chunk->size()) {
    uint32_t sum = crc32(Bytes(*chunk).subspan(512, free_offset - 512));
    std::memcpy(at + 52, &sum, 4);
  }
  uint32_t sum = crc32(Bytes(*chunk).subspan(128, 384), crc32(Bytes(*chunk).first(120)));
  std::memcpy(at + 124, &sum, 4);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 512 || size > sil::ingest::kChunkSize) return 0;
  std::vector<uint8_t> chunk(data, data + size);
  mend(&chunk);
  std::vector<uint8_t> file(sil::ingest::kEvtxFileHeaderSize, 0);
  file.insert(file.end(), chunk.begin(), chunk.end());
  sil::ingest::RecordedRun fast, walker;
  sil::ingest::run_evtx(file, {}, &fast);
  sil::ingest::run_evtx(file, {.walker = true, .render = false}, &walker);
  if (fast.events.size() != walker.events.size()) __builtin_trap();
  for (size_t i = 0; i < fast.events.size(); ++i) {
    if (fast.events[i].fields != walker.events[i].fields) __builtin_trap();
    if (fast.events[i].json != fast.events[i].plain_json) __builtin_trap();
  }
  return 0;
}
