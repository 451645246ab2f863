// Writes whole EVTX files: file header, chunks, records (format facts: docs/formats/evtx.md). Test equipment
// only.
//
//   FileWriter file(options);
//   file.add(event);                          // a chunk is closed only when the next record does not fit
//   std::vector<uint8_t> bytes = file.finish();
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "evtx_writer/event.h"

namespace sil::evtx_writer {

struct FileOptions {
  uint16_t minor_version = 1;       // 3.1, or 3.2
  uint32_t file_flags = 0;          // 1 dirty, 2 full, 4 no CRC in use
  bool export_form = false;         // record headers count from 1, their times are those of the next record, last 0
  uint64_t first_number = 1;        // record number (restarts at a clear; ids never do)
  size_t preallocated_chunks = 0;   // all-zero chunks behind the used ones
  size_t oldest_position = 0;       // where the oldest chunk lies in the file: a circular log that has wrapped
  bool abandoned_copies = false;    // as the service does: what did not fit stays behind a closed chunk's records
  std::optional<uint64_t> next_id;  // header fields of an older state (dirty files)
  std::optional<uint64_t> last_chunk;
  std::optional<uint16_t> chunk_count;
};

struct RecordPlace {    // where a record came to lie, for tests that edit it afterwards
  size_t chunk = 0;     // in writing order; position in file differs when oldest_position is set
  uint32_t offset = 0;  // in chunk
  uint32_t size = 0;
  uint64_t header_id = 0;
};

class FileWriter {
 public:
  explicit FileWriter(FileOptions options = {}) : options_(options) {}

  RecordPlace add(const Event& event);
  // A record whose BinXML the caller writes, everything from the fragment header to the EOF.
  RecordPlace add_raw(uint64_t id, uint64_t time, const std::function<void(BinXml&)>& body);
  void close_chunk();  // before it is full: what no Windows does
  [[nodiscard]] std::vector<uint8_t> finish();
  [[nodiscard]] const std::vector<RecordPlace>& places() const { return places_; }

 private:
  std::vector<uint8_t> abandoned_;  // content of the record that did not fit, as far as there was room
  bool try_add(uint64_t id, uint64_t time, const std::function<void(BinXml&)>& body);
  void write_header(std::vector<uint8_t>* out, size_t used) const;

  FileOptions options_;
  Chunk chunk_;
  std::vector<std::vector<uint8_t>> closed_;
  std::vector<RecordPlace> places_;
  std::optional<std::pair<size_t, uint32_t>> pending_time_;  // export form: header waiting for the next record's time
  uint64_t next_number_ = 0;
  uint64_t written_ = 0;
  uint64_t last_id_ = 0;
};

// The body of a record: what add() writes. For tests that wrap or damage it.
void write_event(const Event& event, BinXml* out);

// Recomputes checksums in place, as a careful editor would: data CRC (512..free offset), chunk CRC, file CRC.
void seal_chunk(uint8_t* chunk);
void seal_file_header(uint8_t* file);
void seal_file(std::vector<uint8_t>* file);

}  // namespace sil::evtx_writer
