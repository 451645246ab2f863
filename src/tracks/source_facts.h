// What the reader measured in one event log file, reduced chunk by chunk to what the structure detectors need: counts,
// the first and last record, and everything that deviates (docs/design/tracks.md). Memory is bounded per chunk; a
// chunk in which nothing deviates costs some 400 bytes.
//
// Offsets count from the start of the source's innermost raw bytes unless "in chunk" is said. Thread rule: values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/evidence.h"
#include "tracks/history_times.h"
#include "tracks/id_ranges.h"
#include "tracks/journal_entries.h"
#include "tracks/line_numbers.h"
#include "tracks/notes.h"
#include "tracks/processes.h"
#include "tracks/serials.h"
#include "tracks/sightings.h"

namespace sil::tracks {

constexpr uint64_t kChunkBytes = 65536, kChunkHead = 512, kFileHead = 4096;
constexpr size_t kListed = 64;  // deviations of one kind that a chunk keeps; the rest is counted

struct RecordFact {
  Span where;
  uint64_t header_id = 0, body_id = 0, header_time = 0, body_time = 0;
};
struct OpenEnd {  // a record whose BinXML ends elsewhere than its size says; offsets in chunk
  RecordFact record;
  uint32_t end = 0, trailer = 0;
  bool eof = false;
};
struct Ends {  // a definition or fragment; offsets in chunk
  Span where;
  uint32_t end = 0, stated = 0;
  RecordFact record;  // of a definition: the record that first needed it
};
struct Hole {
  RecordFact before, after;  // neighbours whose header ids are not consecutive
};
struct ChunkFacts {
  uint64_t offset = 0;
  uint64_t first_id = 0, last_id = 0, first_number = 0, last_number = 0;
  uint32_t free_offset = 0, live_end = 0, records = 0;
  bool header_sum = true, data_sum = true, no_sums = false;
  RecordFact first, last;                     // as they stand; size 0 = no record
  uint64_t lowest_id = 0, highest_id = 0;     // of record headers
  std::vector<Span> first_definitions;        // that stand inside the first record, with their headers
  uint32_t id_differs = 0;                    // records whose header id is not the body's
  uint32_t time_differs = 0;                  // records whose header time is not the body's
  uint32_t time_of_next = 0;                  // of these: it is the next record's body time, or 0 (exports)
  uint32_t bodies = 0;                        // records with an EventRecordID and a TimeCreated
  uint64_t body_holes = 0, body_missing = 0;  // EventRecordID jumps, and ids left out
  std::vector<RecordFact> differing;          // header against body, at most kListed
  std::vector<Hole> holes, id_holes;          // header ids; EventRecordIDs
  std::vector<OpenEnd> open_ends;
  std::vector<Ends> definitions, fragments;  // those that do not close
  std::vector<Span> orphans;                 // definitions that stand outside all live records
  std::vector<StructureFact> instructions, names, entries, slack, reserved;
  [[nodiscard]] bool sums_hold() const { return no_sums || (header_sum && data_sum); }
  [[nodiscard]] bool empty() const { return last_id == UINT64_MAX; }
};
struct HeaderFacts {
  bool present = false, sum = true;
  uint64_t next_id = 0, first_chunk = 0, last_chunk = 0;
  uint32_t count = 0, flags = 0;
  std::vector<StructureFact> reserved;
  [[nodiscard]] bool dirty() const { return (flags & 1) != 0; }
  [[nodiscard]] bool no_sums() const { return (flags & 4) != 0; }
};

struct ClearFacts {     // a chunk whose record ids run ahead of its record numbers
  uint64_t offset = 0;  // ids minus numbers: records that were there before
  uint64_t chunk = 0;   // offset of the chunk
  uint64_t first_number = 0, first_id = 0;
  RecordFact first;
};

enum class FileClass : uint8_t { kNone, kChannel, kExport, kForwarded, kTorn, kUnclear };
const char* file_class_name(FileClass what);

struct SourceFacts {
  uint32_t index = 0;
  Source about;
  HeaderFacts header;
  std::vector<ChunkFacts> chunks;  // in file order; only those with a chunk header
  std::vector<size_t> by_id;       // indexes of non-empty chunks by first id
  std::vector<uint64_t> foreign;   // offsets of chunks of other bytes
  uint64_t unreadable = 0;         // places that could not be decoded
  uint64_t trailers = 0;           // records whose size copy differs
  uint64_t damage = 0;             // checksums that fail, ends that are torn, headers that count otherwise
  FileClass what = FileClass::kNone;
  std::string why;      // the reasons for `what`
  std::string channel;  // of the first event
  bool one_channel = true;
  std::vector<ClearFacts> clears;  // one a distinct offset, by id
  uint64_t highest_id = 0;
  std::vector<std::pair<uint64_t, uint64_t>>
      counted;  // record ids that sound chunks' headers claim; channel files only
  IdRanges ids;
  uint64_t earliest = UINT64_MAX, latest = 0;  // times of events, ticks; lines of a log and login records too
  Sightings sightings;
  std::vector<Note> notes;
  std::vector<ProcessPage> processes;  // a piece each
  Rhythm rhythm;
  Serials serials;
  JournalFacts journal;
  LineNumbers numbers;
  HistoryTimes history;
  std::vector<Anomaly> odd;  // values and times that cannot be, as the reader told; kListed a piece
  [[nodiscard]] uint64_t records() const;
  [[nodiscard]] bool torn_chunk(const ChunkFacts& chunk) const { return !chunk.sums_hold(); }
};

struct UnreadFile {  // that is no source: no format claimed it, or it could not be read
  std::string path;  // with the members of archives behind '!' (whole_path)
  bool empty = false;
};
struct Beside {  // what lay beside the sources
  std::vector<UnreadFile> files;
  bool members_unread = false;  // there may be more in archives
};

// Sorts chunks, decides the class. Called once when the source has been read.
void settle(SourceFacts* facts);

}  // namespace sil::tracks
