// Where a statement rests on bytes: Span, Citation, Anomaly, StructureFact, Source.
// Offsets count from the start of the innermost raw bytes of the source (after decompression); nothing is ever
// re-serialised as evidence. Shapes: docs/interface, objects `source/1`, `anomaly/1` and `citation`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bytes/digest.h"
#include "model/timestamp.h"

namespace sil {

struct Span {
  uint64_t offset = 0;
  uint32_t length = 0;
  bool operator==(const Span&) const = default;
};

struct Dependency {       // further bytes needed to decode the cited ones (EVTX definitions and names)
  std::string source_id;  // empty = the cited source; another source makes the record `recovered`
  Span span;
  Sha256 sha256{};
};

struct Citation {
  uint32_t source = 0;      // index into the run's sources
  std::vector<Span> spans;  // in the order in which they are joined
  Sha256 sha256{};          // of the spans' bytes, concatenated
  std::vector<Dependency> deps;
};

enum class Level : uint8_t { kInformational, kLow, kMedium, kHigh, kCritical };
const char* level_name(Level level);
bool parse_level(std::string_view text, Level* out);

enum class AnomalyKind : uint8_t {
  kUnreadable,    // bytes that should be a record and could not be decoded (exit code 4)
  kFileHeader,    // a file header contradicts itself or its checksum
  kChunkHeader,   // a chunk header contradicts itself or its checksum
  kChecksum,      // a data checksum does not hold
  kTruncated,     // the source ends inside a structure
  kShrunk,        // the source became shorter while it was read
  kForeignBytes,  // bytes that belong to no structure of the format
  kTrailer,       // a record's size copy differs
  kClosure,       // a structure does not end where it says
  kValueDamage,   // a value cannot be what its type says
  kInnerNul,      // text continues after a NUL
  kLimit,         // a stated limit was reached; the rest was not decoded
  kTime,          // a time that cannot be
  kDuplicateKey,  // an object names a key twice
  kContainer,     // an archive with something odd that was read all the same
};
const char* anomaly_name(AnomalyKind kind);

struct Anomaly {
  AnomalyKind kind = AnomalyKind::kUnreadable;
  Level level = Level::kLow;
  Span where;
  std::string summary;  // one sentence
  std::string expected;
  std::string found;
  Sha256 sha256{};  // of the bytes at `where`; zero where nobody could read them
};

// What a reader measured while it walked, for the track detectors. One flat record per fact: `what` says how the
// numbers are meant (table in docs/formats/evtx.md).
enum class FactKind : uint8_t {
  kFileHeader,  // a: next record id, b: chunk count, c: flags, d: first chunk << 32 | last chunk
  kChunk,       // a: first id, b: last id, c: first number, d: last number; more in the span's bytes
  kRecord,      // a: header id, b: body id (EventRecordID), c: header time, d: body time
  kRecordEnd,   // a: where the BinXML walk ended, b: where the size copy stands (offsets in chunk)
  kDefinition,  // a: where the walk of a definition ended, b: where its size says, c, d: place of the record
  kFragment,    // a: where an embedded fragment ended, b: where its size says
  kChunkEnd,    // a: free space offset, b: end of the last record walked, c: records, d: header/data checksum bits
};
struct StructureFact {
  FactKind kind;
  Span where;
  uint64_t a = 0, b = 0, c = 0, d = 0;
};

struct Source {
  std::string id;                    // "P" or "P.M" (interface.md); the sha256 in a case
  std::string path;                  // as given
  std::vector<std::string> members;  // path inside containers
  uint64_t size = 0;                 // innermost raw bytes
  std::string sha256;                // hex, empty without custody
  std::string format;                // registry name: "evtx", "json", ...
  std::string confidence;            // why we think so: "magic", "content", "as stated"
  std::string host;                  // when every event names the same
  std::string year_from;             // what the year of times without one was inferred from; empty: there are none
  uint64_t events = 0;               // that the log counts
  uint64_t recovered = 0;            // records brought back and hunted beside them
  uint64_t anomalies = 0;
  uint64_t unreadable = 0;  // anomalies of kind kUnreadable
};

// A text that no format claims, met in a folder or an archive: not read, and said.
struct PassedOver {
  std::string path;                  // as given
  std::vector<std::string> members;  // path inside containers
};

}  // namespace sil
