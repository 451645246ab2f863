// Structure facts beyond FactKind's own (model/evidence.h): what a pass over a whole EVTX chunk gives the track
// detectors. They stand apart because only the reader's structure pass and the detectors know them.
#pragma once

#include "model/evidence.h"

namespace sil {

// a: stored, b: computed, c: 0 hash, 1 bucket, 2 chain, 3 outside, d: bucket; a name whose table entry cannot be
constexpr auto kNameFact = static_cast<FactKind>(16);
// a: its offset in chunk, b: where the records end; a template table entry that leads outside the live records
constexpr auto kTableEntryFact = static_cast<FactKind>(17);
// a: where the token stands, b: where its data ends; a processing instruction beside a record's content
constexpr auto kInstructionFact = static_cast<FactKind>(18);
// a: header id, b: header time, c: hash64 of its bytes; a whole record behind the live ones
constexpr auto kSlackFact = static_cast<FactKind>(19);
// a: how many; bytes that are zero in every file Windows writes and are not here
constexpr auto kReservedFact = static_cast<FactKind>(20);
constexpr uint64_t kHeaderSumHolds = uint64_t{1} << 32;  // in `c` of FactKind::kFileHeader, above the flags

}  // namespace sil
