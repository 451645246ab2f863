// What a track says was expected and found, derived again from the cited bytes by other code than the detectors': the
// writer's own walk over records, and numbers read from the bytes by hand.
#include <gtest/gtest.h>

#include <cstdlib>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "evtx_writer/plant_walk.h"
#include "evtx_writer/writer.h"
#include "model/timestamp.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

using evtx_writer::Plant;
using evtx_writer::WalkedRecord;

struct Edited {
  std::vector<uint8_t> bytes;
  std::vector<Track> tracks;
};

Edited edited(Plant what, uint64_t seed) {
  Edited out;
  BenchFile base = written_channel_files(1).front();
  out.bytes = base.bytes;
  evtx_writer::Planted truth;
  std::string problem;
  EXPECT_TRUE(evtx_writer::plant(what, seed, &out.bytes, &truth, &problem)) << problem;
  out.tracks = tracks_in(out.bytes, base.name);
  return out;
}

const Track* find(const Edited& from, const std::string& detector) {
  for (const Track& track : from.tracks) {
    if (track.detector == detector) return &track;
  }
  ADD_FAILURE() << "no track of " << detector;
  return nullptr;
}

Span first_span(const Track& track) {
  return track.citations.at(0).spans.at(0);
}
uint64_t last_hex(const std::string& text) {
  return std::strtoull(text.substr(text.rfind("0x")).c_str(), nullptr, 16);
}
template <class T>
T at(const Edited& from, uint64_t offset) {
  return load_le<T>(from.bytes.data() + offset);
}

WalkedRecord walked(const Edited& from, uint64_t offset) {
  uint64_t chunk = 4096 + (offset - 4096) / 65536 * 65536;
  for (const WalkedRecord& record : evtx_writer::walk_chunk(from.bytes.data() + chunk)) {
    if (chunk + record.offset == offset) return record;
  }
  ADD_FAILURE() << "no record at " << offset;
  return {};
}

TEST(Derived, RecordClosureAgreesWithAnotherWalk) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Edited from = edited(Plant::kMergeWiped, seed);
    const Track* track = find(from, "R1");
    ASSERT_TRUE(track);
    Span span = first_span(*track);
    WalkedRecord record = walked(from, span.offset);
    EXPECT_EQ(last_hex(track->found), span.offset + (record.end - record.offset));
    EXPECT_EQ(last_hex(track->expected), span.offset + record.size - 4);
    EXPECT_EQ(at<uint32_t>(from, last_hex(track->expected)), record.size);
  }
}

TEST(Derived, HiddenRecordStandsWhereItSays) {
  Edited from = edited(Plant::kMerge, 3);
  const Track* track = find(from, "R2");
  ASSERT_TRUE(track);
  Span span = first_span(*track);
  EXPECT_EQ(last_hex(track->found), span.offset);
  EXPECT_EQ(at<uint32_t>(from, span.offset), 0x2a2aU);
  EXPECT_EQ(at<uint32_t>(from, span.offset + 4), span.length);
  ASSERT_EQ(track->recovered.size(), 1U);
  EXPECT_EQ(track->recovered[0].record_id, at<uint64_t>(from, span.offset + 8));
}

TEST(Derived, DefinitionSizeIsTheOneInTheFile) {
  Edited from = edited(Plant::kSwallow, 2);
  const Track* track = find(from, "R3");
  ASSERT_TRUE(track);
  Span span = first_span(*track);
  EXPECT_EQ(last_hex(track->expected), span.offset + 24 + at<uint32_t>(from, span.offset + 20));
  EXPECT_EQ(at<uint8_t>(from, last_hex(track->found) - 1), 0) << "the end-of-fragment token";
}

TEST(Derived, InstructionTokenStandsWhereItSays) {
  Edited from = edited(Plant::kMaskedAsPi, 2);
  const Track* track = find(from, "R5");
  ASSERT_TRUE(track);
  EXPECT_EQ(at<uint8_t>(from, last_hex(track->found)) & 0x3f, 0x0b);
}

TEST(Derived, HeaderAndBodyTimesAreThoseOfTheRecord) {
  for (Plant what : {Plant::kBackdatedHeader, Plant::kBackdatedBody}) {
    Edited from = edited(what, 4);
    const Track* track = find(from, "R6");
    ASSERT_TRUE(track);
    Span span = first_span(*track);
    WalkedRecord record = walked(from, span.offset);
    uint64_t chunk = span.offset - record.offset;
    std::string header = rfc3339({at<uint64_t>(from, span.offset + 16)});
    std::string body = rfc3339({at<uint64_t>(from, chunk + record.outer.at(6).offset)});
    EXPECT_NE(track->expected.find(header), std::string::npos) << track->expected;
    EXPECT_NE(track->found.find(body), std::string::npos) << track->found;
    EXPECT_NE(header, body);
  }
}

TEST(Derived, RoomThatWasLeftIsInTheChunkHeader) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    Edited from = edited(Plant::kCompact, seed);
    for (const Track& track : from.tracks) {
      if (track.detector != "R9") continue;
      Span span = first_span(track);
      uint64_t room = 65536 - at<uint32_t>(from, span.offset + 48);
      EXPECT_EQ(track.found, std::to_string(room) + " bytes free");
    }
  }
}

// Where the abandoned copy must be, told by other code: 24 bytes behind the chunk's records a fragment begins.
TEST(Derived, AbandonedCopyTellsHowManyBytesWereTakenOut) {
  size_t told = 0;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    Edited from = edited(Plant::kCompact, seed);
    for (const Track& track : from.tracks) {
      if (track.detector != "R18" || track.summary.find(" bytes are missing") == std::string::npos) continue;
      EXPECT_EQ(track.kind, TrackClass::kLoss);
      uint64_t chunk = first_span(track).offset, found = last_hex(track.found.substr(0, track.found.find(','))),
               free = at<uint32_t>(from, chunk + 48);
      EXPECT_EQ(at<uint32_t>(from, found + 24), 0x0001010fU);
      std::string missing = " " + std::to_string(found - chunk - free) + " bytes are missing";
      EXPECT_NE(track.summary.find(missing), std::string::npos) << track.summary << missing;
      ++told;
    }
  }
  EXPECT_GT(told, 0U);
}

TEST(Derived, AbandonedCopiesNameTheRecordsThatWereRenumbered) {
  Edited from = edited(Plant::kMergeWiped, 3);
  const Track* track = find(from, "R18");
  ASSERT_TRUE(track);
  EXPECT_NE(track->summary.find("were renumbered"), std::string::npos) << track->summary;
  uint64_t record = track->citations.at(0).spans.at(2).offset;
  EXPECT_NE(track->expected.find("naming id " + std::to_string(at<uint64_t>(from, record + 8))), std::string::npos);
}

TEST(Derived, NameTableThatLeadsFarOutsideIsReadNoFurther) {
  BenchFile base = written_channel_files(1).front();
  for (size_t chunk = 4096; chunk + 65536 <= base.bytes.size(); chunk += 65536) {
    for (size_t bucket = 0; bucket < 64; ++bucket) {
      uint32_t far = bucket % 2 == 0 ? 0xfffffffcU : 65530U;  // near the end of what 32 bits, and a chunk, can name
      for (size_t i = 0; i < 4; ++i) base.bytes[chunk + 128 + 4 * bucket + i] = static_cast<uint8_t>(far >> (8 * i));
    }
  }
  evtx_writer::seal_file(&base.bytes);
  Edited from{base.bytes, tracks_in(base.bytes, base.name)};
  EXPECT_TRUE(find(from, "R7"));
}

TEST(Derived, RecordsBesideAHoleCarryTheIdsItNames) {
  Edited from = edited(Plant::kChunkZeroed, 1);
  const Track* track = find(from, "R10");
  ASSERT_TRUE(track);
  const std::vector<Span>& spans = track->citations.at(0).spans;
  EXPECT_EQ(track->expected, "record " + std::to_string(at<uint64_t>(from, spans.at(0).offset + 8) + 1));
  EXPECT_EQ(track->found, "record " + std::to_string(at<uint64_t>(from, spans.at(1).offset + 8)));
}

TEST(Derived, HeaderCountersAreThoseOfTheFile) {
  Edited from = edited(Plant::kRolledBack, 1);
  const Track* track = find(from, "R14");
  ASSERT_TRUE(track);
  EXPECT_NE(track->found.find("next record id " + std::to_string(at<uint64_t>(from, 24))), std::string::npos);
  EXPECT_NE(track->found.find("last chunk " + std::to_string(at<uint64_t>(from, 16))), std::string::npos);
}

TEST(Derived, ChecksumThatFailsIsComputedAgain) {
  Edited from = edited(Plant::kRewrittenLeft, 1);
  const Track* track = find(from, "R15");
  ASSERT_TRUE(track);
  const std::vector<Span>& spans = track->citations.at(0).spans;
  uint32_t stored = at<uint32_t>(from, spans.at(0).offset);
  EXPECT_NE(stored, crc32(Bytes(from.bytes).subspan(spans.at(1).offset, spans.at(1).length)));
}

TEST(Derived, CutTailStandsBehindTheFreeOffset) {
  Edited from = edited(Plant::kTailLeft, 2);
  const Track* track = find(from, "R16");
  ASSERT_TRUE(track);
  uint64_t chunk = 4096 + (first_span(*track).offset - 4096) / 65536 * 65536;
  for (const Span& span : track->citations.at(0).spans) {
    EXPECT_GE(span.offset - chunk, at<uint32_t>(from, chunk + 48));
    EXPECT_EQ(at<uint32_t>(from, span.offset), 0x2a2aU);
    EXPECT_EQ(at<uint32_t>(from, span.offset + span.length - 4), span.length);
  }
  EXPECT_EQ(track->recovered.size(), track->citations.at(0).spans.size());
}

TEST(Derived, ClearOffsetIsTheDifferenceInTheChunkHeader) {
  Edited from = edited(Plant::kClearedSilently, 1);
  const Track* track = find(from, "R13");
  ASSERT_TRUE(track);
  Span span = first_span(*track);
  EXPECT_EQ(track->found, "record number " + std::to_string(at<uint64_t>(from, span.offset + 8)));
  uint64_t gone = at<uint64_t>(from, span.offset + 24) - at<uint64_t>(from, span.offset + 8);
  EXPECT_NE(track->summary.find(std::to_string(gone) + " records were there before"), std::string::npos);
}

}  // namespace
}  // namespace sil::tamper
