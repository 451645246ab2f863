// Plants known edits into EVTX channel files, as test equipment for whatever looks for covered tracks. Every
// edit has its truth: what was done, where, and what bytes were there before.
//
// It works on bytes made by this writer, and by path only inside a folder of copies that a bench has marked
// with a file named `.copies-for-tests`; anything else is refused. Same seed, same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sil::evtx_writer {

enum class Plant : uint8_t {
  kMerge,             // F1 predecessor swallows the victim, ids behind it renumbered
  kMergeWiped,        // F2 the same, victim zeroed
  kSwallow,           // F3 a definition grows over the victim's values and the next record's head
  kMaskedAsPi,        // F4 the victim's body becomes two processing-instruction tokens
  kMergeKeepIds,      // F5 F1 without renumbering
  kCompact,           // F6 victim's bytes removed, every offset in the chunk mended; not in the newest chunk
  kTailLeft,          // F7a last records dropped from the header's account, bytes left
  kTailZeroed,        // F7b the same, bytes zeroed
  kChunkZeroed,       // F8a a middle chunk is zero
  kChunkRemoved,      // F8b a middle chunk is gone, the file closed up
  kBackdatedHeader,   // F9a
  kBackdatedBody,     // F9b
  kBackdatedBoth,     // F9c
  kRewrittenLeft,     // F10a a character of a value changed, checksum left
  kRewritten,         // F10b the same, checksum repaired
  kRolledBack,        // F11 file header of an older state
  kSwappedExport,     // F12 all records but one, header ids from 1, as an export that was put in place
  kClearedSilently,   // F13 numbers from 1, ids from k, no event tells of it
  kCompactNewest,     // F6 in the newest chunk
  kTwinTruncated,     // F14 benign: whole chunks lost at the end, dirty
  kTwinPreallocated,  // F14 benign: zero chunks behind
  kTwinRotated,       // F14 benign: circular log that has wrapped
  kTwinTorn,          // F14 benign: copied while the newest chunk was written, dirty
  kTwinSlack,         // F14 benign: older bytes behind the newest chunk's end
};
constexpr uint8_t kPlants = 24;
const char* plant_name(Plant plant);      // "F1", "F7a", "F14-torn", ..
const char* plant_expected(Plant plant);  // rules that must fire: "R1 R2"; "" = nothing can; "none" = nothing may

struct Planted {
  Plant plant{};
  uint64_t seed = 0;
  size_t chunk = 0;             // position in the file
  uint32_t offset = 0;          // of the edit in the chunk
  uint32_t size = 0;            // of the victim record or region
  uint64_t victim_id = 0;       // EventRecordID before the edit, 0 where no single record
  uint64_t victims = 0;         // records that are gone
  std::vector<uint8_t> before;  // the victims' bytes, one record behind the other
  [[nodiscard]] std::string json() const;
};

// Edits `file` in place. False: this file has no fit victim for this edit (`problem` says why); bytes are
// unchanged.
bool plant(Plant what, uint64_t seed, std::vector<uint8_t>* file, Planted* truth, std::string* problem);

// The same with the one record of this id as victim.
bool plant_at(Plant what, uint64_t victim_id, std::vector<uint8_t>* file, Planted* truth, std::string* problem);

// Reads IN, writes OUT and OUT.json. Refused unless IN's folder holds `.copies-for-tests`.
bool plant_copy(Plant what, uint64_t seed, const std::string& in, const std::string& out, std::string* problem);

}  // namespace sil::evtx_writer
