// A covered track: something in the logs that shows, or may show, that logs were changed, cut or blinded (interface.md,
// track/1; docs/design/tracks.md). Only a contradiction - two facts that cannot both hold in an unedited file - may say
// "edited". Lifetime: owns everything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/evidence.h"

namespace sil {

enum class TrackClass : uint8_t {
  kContradiction,  // two facts that cannot both hold in an unedited file
  kLoss,           // data is absent, the cause is open
  kChange,         // a setting, a log or a clock was changed; intent is open
  kContext,        // helps to judge the others; never counted as an alarm
};
const char* track_class_name(TrackClass what);

struct RecoveredRecord {  // brought back from bytes that the log no longer counts; never an ordinary event
  uint64_t record_id = 0;
  Timestamp time;
  std::string channel, provider, summary;
  uint32_t event_id = 0;
  std::string event;   // JSON as `dump` writes it; empty where the bytes no longer decode
  Citation citation;   // the bytes as they lie there; deps are what decodes them
  std::string mended;  // what had to be put right to decode it, empty = nothing
  Sha256 sha256{};     // of the record's bytes with that put right: the record as it was
};

struct Track {
  std::string id;        // 16 hex digits: of detector, first cited bytes and what was expected and found
  std::string detector;  // row in tracks/registry.cc: "R1"
  TrackClass kind = TrackClass::kContext;
  Level level = Level::kInformational;
  std::vector<std::string> attack;  // ATT&CK technique ids
  std::string host, channel;
  Timestamp time;                 // of what it is about; first of an interval
  std::optional<Timestamp> last;  // set: an interval
  std::string summary;            // one plain sentence
  std::string expected, found;
  std::vector<std::string> benign_causes;
  std::vector<Citation> citations;
  std::vector<RecoveredRecord> recovered;
  [[nodiscard]] bool alarm() const { return kind != TrackClass::kContext; }
};

// Never of a path. Needs detector, citations, expected and found.
std::string track_id(const Track& track);

}  // namespace sil
