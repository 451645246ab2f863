// W1 and W2: files that hold the same records and disagree. One log is written in the forms in which it reaches an
// analyst - the channel's own file, an export, rendered as a collector keeps it, JSON of a forwarder - then one copy
// is edited without a trace inside the file. The benign twins are what makes files of one computer's channel differ in
// honest life.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "bytes/file.h"
#include "evtx_writer/plant.h"
#include "evtx_writer/writer.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

using evtx_writer::Event;
using evtx_writer::Plant;
using evtx_writer::SystemShape;

constexpr uint64_t kBegin = 133'550'000'000'000'000, kSecond = 10'000'000;

// Records [first, last] of one machine's log; `life` tells machines and lives of one name apart.
std::vector<Event> log_of(uint64_t first, uint64_t last, uint64_t life = 1) {
  std::vector<Event> out;
  for (uint64_t id = first; id <= last; ++id) {
    Event& event = out.emplace_back();
    event.provider = "Nordhafen-Bench";
    event.provider_guid = "{b4a63d5e-1b0e-4d8e-9c77-0d2f6a1c9e01}";
    event.channel = "Nordhafen/Operational";
    event.computer = "BENCH.example.org";
    event.event_id = static_cast<uint16_t>(100 + (id * life) % 5);
    event.time = kBegin + id * 7 * kSecond + (id * life * 7'654'321) % kSecond;
    event.record_id = id;
    event.fields = {{"User", evtx_writer::string_value("user" + std::to_string(id * life % 97), true)},
                    {"Path", evtx_writer::string_value("C:\\data\\" + std::string(40, 'p') + std::to_string(id), true)},
                    {"Number", evtx_writer::int_value(evtx_writer::kUInt32, id)}};
  }
  return out;
}

std::vector<uint8_t> evtx(const std::vector<Event>& events, bool exported = false, bool rendered = false) {
  evtx_writer::FileOptions options;
  options.export_form = exported;
  options.first_number = exported ? 1 : events.front().record_id;
  evtx_writer::FileWriter file(options);
  for (Event event : events) {
    if (rendered) event.system = SystemShape::kDirect;
    file.add(event);
  }
  return file.finish();
}

std::string winlogbeat(const std::vector<Event>& events, const std::string& path_prefix = "") {
  std::string out;
  for (const Event& event : events) {
    std::string time;
    append_rfc3339(event.time, 3, &time);
    std::string number = std::to_string(event.record_id);
    out += R"({"@timestamp":")" + time + R"(","winlog":{"channel":")" + event.channel + R"(","computer_name":")" +
           event.computer + R"(","event_id":)" + std::to_string(event.event_id) + R"(,"provider_name":")" +
           event.provider + R"(","record_id":)" + number + R"(,"event_data":{"User":"user)" +
           std::to_string(event.record_id % 97) + R"(","Path":")" + path_prefix + R"(C:\\data\\)" +
           std::string(40, 'p') + number + R"(","Number":")" + number + R"("}}})" + "\n";
  }
  return out;
}

struct File {
  std::string name;
  std::vector<uint8_t> bytes;
};
File file(const std::string& name, std::vector<uint8_t> bytes) {
  return {name, std::move(bytes)};
}
File file(const std::string& name, const std::string& text) {
  return {name, std::vector<uint8_t>(text.begin(), text.end())};
}

// Only what two witnesses say; each citation is opened and its digest made again.
std::vector<Track> disagreements(std::vector<File> files) {
  std::string folder = bench_folder() + "/witness";
  EXPECT_TRUE(make_directory(folder));
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  std::vector<std::string> paths;
  for (const File& one : files) {
    paths.push_back(folder + "/" + one.name);
    EXPECT_TRUE(write_whole(paths.back(), as_text(Bytes(one.bytes))));
  }
  std::vector<Track> out = tracks_of(paths);
  for (const std::string& path : paths) std::remove(path.c_str());
  std::erase_if(out, [](const Track& track) { return track.detector[0] != 'W'; });
  for (const Track& track : out) {
    EXPECT_GE(track.citations.size(), 2U);
    for (const Citation& citation : track.citations) {
      Sha256Stream stream;
      for (const Span& span : citation.spans)
        stream.add(Bytes(files.at(citation.source).bytes).subspan(span.offset, span.length));
      EXPECT_EQ(stream.finish(), citation.sha256) << track.summary;
    }
  }
  return out;
}

std::vector<uint8_t> edited(Plant what, uint64_t victim, std::vector<uint8_t> bytes) {
  evtx_writer::Planted truth;
  std::string problem;
  EXPECT_TRUE(evtx_writer::plant_at(what, victim, &bytes, &truth, &problem)) << problem;
  return bytes;
}

// The record's EventRecordID, read from the cited bytes by hand (channel files: the header's is the same).
uint64_t id_at(const std::vector<uint8_t>& bytes, const Citation& citation) {
  return load_le<uint64_t>(bytes.data() + citation.spans.at(0).offset + 8);
}

TEST(Witnesses, CopiesInAllFormsAgree) {
  std::vector<Event> log = log_of(1, 900), part(log.begin() + 200, log.begin() + 700);
  EXPECT_TRUE(disagreements({file("a.evtx", evtx(log)), file("b.evtx", evtx(part, true)),
                             file("c.evtx", evtx(part, true, true)), file("d.json", winlogbeat(part)),
                             file("e.evtx", evtx(log))})
                  .empty());
}

TEST(Witnesses, RewrittenValueIsAContradictionWithBothValues) {
  std::vector<Event> log = log_of(1, 900);
  for (int form = 0; form < 3; ++form) {
    File copy = form == 2 ? file("b.json", winlogbeat(log)) : file("b.evtx", evtx(log, true, form == 1));
    std::vector<uint8_t> own = edited(Plant::kRewritten, 333, evtx(log));
    std::vector<Track> found = disagreements({file("a.evtx", own), copy});
    ASSERT_EQ(found.size(), 1U) << form;
    const Track& track = found[0];
    EXPECT_EQ(track.detector, "W1");
    EXPECT_EQ(track.kind, TrackClass::kContradiction);
    EXPECT_EQ(track.level, form == 2 ? Level::kHigh : Level::kCritical);
    EXPECT_EQ(track.citations.at(0).source, 0U);
    EXPECT_EQ(track.citations.at(1).source, 1U);
    EXPECT_EQ(id_at(own, track.citations.at(0)), 333U);
    EXPECT_NE(track.expected, track.found);
    EXPECT_NE(track.expected.find("b."), std::string::npos) << track.expected;
    // The value that is told as found stands in the cited bytes.
    size_t open = track.found.find('\''), close = track.found.rfind('\'');
    ASSERT_LT(open, close) << track.found;
    std::string utf16;
    for (char c : track.found.substr(open + 1, close - open - 1)) utf16 += {c, '\0'};
    Span span = track.citations.at(0).spans.at(0);
    std::string_view record = as_text(Bytes(own).subspan(span.offset, span.length));
    EXPECT_NE(record.find(utf16), std::string_view::npos) << track.found;
  }
}

TEST(Witnesses, BackdatedRecordIsTold) {
  std::vector<Event> log = log_of(1, 900);
  std::vector<Track> found =
      disagreements({file("a.evtx", edited(Plant::kBackdatedBoth, 444, evtx(log))), file("b.evtx", evtx(log, true))});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, TrackClass::kContradiction);
  EXPECT_NE(found[0].summary.find("record 444"), std::string::npos) << found[0].summary;
}

TEST(Witnesses, RenumberedRecordsAreTold) {
  std::vector<Event> log = log_of(1, 900);
  std::vector<uint8_t> own = evtx(log);
  for (uint64_t victim :
       {uint64_t{300}, uint64_t{890}}) {  // 890: in the newest chunk, where nothing inside can show it
    Plant what = victim == 890 ? Plant::kCompactNewest : Plant::kCompact;
    std::vector<Track> found =
        disagreements({file("a.evtx", edited(what, victim, own)), file("b.evtx", evtx(log, true))});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, TrackClass::kContradiction);
    std::string says = "from record " + std::to_string(victim) + " on " + std::to_string(900 - victim) +
                       " records are numbered 1 lower than in b.evtx";
    EXPECT_NE(found[0].summary.find(says), std::string::npos) << found[0].summary;
  }
}

TEST(Witnesses, RecordTakenOutIsToldWithWhatItHeld) {
  std::vector<Event> log = log_of(1, 900), cut = log;
  std::erase_if(cut, [](const Event& event) { return event.record_id >= 500 && event.record_id < 503; });
  std::vector<Track> found = disagreements({file("a.evtx", evtx(cut)), file("b.json", winlogbeat(log))});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].detector, "W2");
  EXPECT_EQ(found[0].kind, TrackClass::kContradiction);
  EXPECT_NE(found[0].summary.find("3 records from 500 to 502"), std::string::npos) << found[0].summary;
  EXPECT_NE(found[0].expected.find("User user15"), std::string::npos) << found[0].expected;
  EXPECT_EQ(found[0].found, "record 503");
}

TEST(Witnesses, LostChunkIsALossNotAnEdit) {
  std::vector<Event> log = log_of(1, 900);
  std::vector<Track> found =
      disagreements({file("a.evtx", edited(Plant::kChunkZeroed, 300, evtx(log))), file("b.evtx", evtx(log, true))});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].detector, "W2");
  EXPECT_EQ(found[0].kind, TrackClass::kLoss);
  EXPECT_FALSE(found[0].benign_causes.empty());
}

TEST(Witnesses, FilteredCopiesAndOlderOnesAreSilent) {
  std::vector<Event> log = log_of(1, 900), filtered = log, older(log.begin(), log.begin() + 500),
                     newer(log.begin() + 400, log.end());
  std::erase_if(filtered, [](const Event& event) { return event.event_id != 102; });
  EXPECT_TRUE(
      disagreements({file("a.evtx", evtx(log)), file("b.evtx", evtx(filtered, true)), file("c.evtx", evtx(older, true)),
                     file("d.evtx", evtx(newer)), file("e.json", winlogbeat(filtered))})
          .empty());
}

TEST(Witnesses, OtherMachinesOfTheNameAreSilent) {
  EXPECT_TRUE(disagreements({file("a.evtx", evtx(log_of(1, 600, 1))), file("b.evtx", evtx(log_of(1, 600, 3), true)),
                             file("c.evtx", evtx(log_of(1, 600, 5)))})
                  .empty());
}

TEST(Witnesses, MachineSetBackToASnapshotIsSilent) {
  std::vector<Event> one = log_of(1, 600), other = log_of(1, 400), tail = log_of(401, 600, 3);
  other.insert(other.end(), tail.begin(), tail.end());
  for (size_t i = 400; i < other.size(); ++i) other[i].time += 86'400 * kSecond;
  EXPECT_TRUE(disagreements({file("a.evtx", evtx(one)), file("b.evtx", evtx(other, true))}).empty());
}

TEST(Witnesses, ForwarderThatWritesAFieldInItsOwnWayIsSilent) {
  std::vector<Event> log = log_of(1, 600);
  EXPECT_TRUE(disagreements({file("a.evtx", evtx(log)), file("b.json", winlogbeat(log, "file://"))}).empty());
}

TEST(Witnesses, CopiesWithinOneFileAreNotCompared) {
  std::vector<Event> log = log_of(1, 300), twice = log;
  for (Event event : log_of(1, 300, 3)) twice.push_back(event);
  EXPECT_TRUE(disagreements({file("a.json", winlogbeat(twice)), file("b.evtx", evtx(log, true))}).empty());
}

// What cannot be seen from inside a file, with an export that was taken before the edit.
TEST(Witnesses, EditsThatNothingInsideShowsAreSeenBesideACopy) {
  for (Plant what : {Plant::kRewritten, Plant::kBackdatedBoth, Plant::kCompactNewest}) {
    size_t cases = 0, seen = 0;
    for (const BenchFile& base : written_channel_files(14)) {
      std::vector<uint8_t> bytes = base.bytes;
      evtx_writer::Planted truth;
      std::string problem;
      if (!evtx_writer::plant(what, 5, &bytes, &truth, &problem)) continue;
      if (truth.victim_id + 1 == load_le<uint64_t>(base.bytes.data() + 24)) continue;  // the last: as F7b
      ++cases;
      std::vector<Track> found = disagreements({file("a.evtx", bytes), file("b.evtx", base.bytes)});
      bool told = std::any_of(found.begin(), found.end(),
                              [](const Track& track) { return track.kind == TrackClass::kContradiction; });
      EXPECT_TRUE(told) << evtx_writer::plant_name(what) << ' ' << base.name << ' ' << truth.json();
      seen += told;
    }
    EXPECT_GT(cases, 8U) << evtx_writer::plant_name(what);
    EXPECT_EQ(seen, cases) << evtx_writer::plant_name(what);
  }
}

}  // namespace
}  // namespace sil::tamper
