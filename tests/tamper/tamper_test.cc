// The tampering bench: plants F1 to F14 by seed into files of its own and measures what `tracks` makes of them. The
// whole round (label `slow`, TAMPER_ROUND=full) writes the table of docs/tracks.md with SIL_WRITE_TAMPER=1.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "bytes/file.h"
#include "evtx_writer/writer.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

using evtx_writer::Plant;

bool full_round() {
  const char* round = std::getenv("TAMPER_ROUND");
  return round && std::string(round) == "full";
}

struct Base {
  BenchFile file;
  std::vector<Track> clean;
  std::string place;  // the name under which it is looked at
};

// Files of one kind with what is found in them untouched.
std::vector<Base> bases_of(std::vector<BenchFile> files) {
  std::vector<Base> out;
  for (BenchFile& file : files) {
    Base base;
    base.place = file.name;
    base.clean = tracks_in(file.bytes, file.name);
    std::string channel = base.clean.empty() ? "" : base.clean.front().channel;
    if (file.exported && !channel.empty()) {  // an export that was swapped in bears the channel's name
      base.place.clear();
      for (char c : channel) base.place += c == '/' ? std::string("%4") : std::string(1, c);
      base.place += ".evtx";
    }
    base.file = std::move(file);
    out.push_back(std::move(base));
  }
  return out;
}

struct Score {
  size_t cases = 0, files = 0, detected = 0, localised = 0, recovered = 0, contradictions = 0, cannot_exclude = 0;
  std::string missed;  // first few, for messages
};

Score score(const std::vector<Base>& bases, Plant what, size_t wanted, bool clean_flag_only) {
  Score out;
  std::map<std::string, bool> files;
  uint64_t draw = 0;  // another seed for each case: one draw for many files would try the same choice over and over
  for (size_t round = 0; round < 40 && out.cases < wanted; ++round) {
    for (const Base& base : bases) {
      if (out.cases >= wanted) break;
      if (clean_flag_only && base.file.dirty) continue;
      // A trace whose events name no channel is no channel's log: there is no place to swap it into.
      bool in_place = what == Plant::kSwappedExport;
      if (in_place && base.place == base.file.name) continue;
      std::vector<uint8_t> bytes = base.file.bytes;
      evtx_writer::Planted truth;
      std::string problem;
      if (!evtx_writer::plant(what, ++draw, &bytes, &truth, &problem)) continue;
      Verdict verdict = judge(base.clean, tracks_in(bytes, in_place ? base.place : base.file.name), truth);
      ++out.cases;
      files[base.file.name] = true;
      out.detected += verdict.detected;
      out.localised += verdict.localised;
      out.recovered += verdict.recovered;
      out.cannot_exclude += verdict.cannot_exclude;
      out.contradictions += verdict.contradictions;
      if (!verdict.detected && out.missed.size() < 400)
        out.missed += " " + base.file.name + "#" + std::to_string(draw) + "@" + std::to_string(truth.chunk) + "+" +
                      std::to_string(truth.offset);
    }
  }
  out.files = files.size();
  return out;
}

struct Kind {
  const char* name;
  std::vector<Base> bases;
  bool channel;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kKinds = [] {
    size_t channels = full_round() ? 40 : 6, exports = full_round() ? 20 : 3, shared = full_round() ? 50 : 12;
    std::vector<Kind> out;
    out.push_back({"written channel files", bases_of(written_channel_files(channels)), true});
    out.push_back({"written exports", bases_of(written_exports(exports)), false});
    out.push_back({"shared channel files", bases_of(shared_channel_files()), true});
    out.push_back({"shared exports", bases_of(shared_exports(shared)), false});
    std::erase_if(out, [](const Kind& kind) { return kind.bases.empty(); });
    return out;
  }();
  return kKinds;
}

struct Demand {
  Plant plant;
  bool channel_only, clean_flag_only, localise, recover;
  double least;  // share that must be detected; 0 = only reported
};
constexpr Demand kDemands[] = {
    {Plant::kMerge, false, false, true, true, 1.0},
    {Plant::kMergeWiped, false, false, true, false, 1.0},
    {Plant::kSwallow, false, false, true, false, 1.0},
    {Plant::kMaskedAsPi, false, false, true, false, 1.0},
    {Plant::kMergeKeepIds, false, false, true, false, 1.0},
    {Plant::kCompact, true, false, true, false, 0.8},
    {Plant::kCompactNewest, true, false, false, false, 0.0},
    {Plant::kTailLeft, true, false, true, false, 1.0},
    {Plant::kTailZeroed, true, false, false, false, 0.0},
    {Plant::kChunkZeroed, true, false, false, false, 1.0},
    {Plant::kChunkRemoved, true, false, false, false, 1.0},
    {Plant::kBackdatedHeader, true, false, true, false, 1.0},
    {Plant::kBackdatedBody, true, false, true, false, 1.0},
    {Plant::kBackdatedBoth, true, false, false, false, 0.0},
    {Plant::kRewrittenLeft, true, true, true, false, 1.0},
    {Plant::kRewritten, true, false, false, false, 0.0},
    {Plant::kRolledBack, true, true, false, false, 1.0},
    {Plant::kClearedSilently, true, false, false, false, 1.0},
};

std::string percent(size_t part, size_t whole) {
  if (whole == 0) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

std::string row(const Demand& demand, const Kind& kind, const Score& got) {
  std::ostringstream out;
  out << "| " << evtx_writer::plant_name(demand.plant) << " | " << kind.name << " | " << got.cases << " (" << got.files
      << ") | " << percent(got.detected, got.cases) << " | "
      << (demand.localise ? percent(got.localised, got.cases) : std::string("-")) << " | "
      << percent(got.recovered, got.cases) << " |\n";
  return out.str();
}

TEST(Tamper, EveryPlantedEditIsFoundAsFarAsItCanBe) {
  std::string table;
  size_t wanted = full_round() ? 40 : 8;
  const char* only = std::getenv("TAMPER_ONLY");  // an edit's name: look at this one alone
  for (const Demand& demand : kDemands) {
    if (only && std::string(only) != evtx_writer::plant_name(demand.plant)) continue;
    for (const Kind& kind : kinds()) {
      if (demand.channel_only && !kind.channel) continue;
      bool share = demand.least > 0.0 && demand.least < 1.0;  // a share needs cases, also in a small round
      Score got = score(kind.bases, demand.plant, share ? 40 : wanted, demand.clean_flag_only);
      table += row(demand, kind, got);
      std::string about = std::string(evtx_writer::plant_name(demand.plant)) + " in " + kind.name + ":" + got.missed;
      EXPECT_GT(got.cases, 0U) << about;
      if (demand.least == 0.0) {
        EXPECT_EQ(got.cannot_exclude, got.cases) << about;
      }
      EXPECT_GE(static_cast<double>(got.detected), demand.least * static_cast<double>(got.cases)) << about;
      if (demand.localise && demand.least == 1.0) {
        EXPECT_EQ(got.localised, got.cases) << about;
      }
      if (demand.recover) {
        EXPECT_EQ(got.recovered, got.cases) << about;
      }
    }
  }
  for (const Kind& kind : kinds()) {
    if (kind.channel || (only && std::string(only) != "F12")) continue;
    Demand demand{Plant::kSwappedExport, false, false, false, false, 1.0};
    Score got = score(kind.bases, demand.plant, wanted, false);
    table += row(demand, kind, got);
    EXPECT_EQ(got.detected, got.cases) << "F12 in " << kind.name << ":" << got.missed;
  }
  if (std::getenv("SIL_WRITE_TAMPER")) {
    std::ofstream(SIL_TAMPER_TABLE)
        << "| edit | files | cases (files) | detected | localised | recovered byte for byte |\n"
           "| --- | --- | --- | --- | --- | --- |\n"
        << table;
  }
}

TEST(Tamper, BenignTwinsAreNeverCalledEdited) {
  for (uint8_t i = static_cast<uint8_t>(Plant::kTwinTruncated); i < evtx_writer::kPlants; ++i) {
    for (const Kind& kind : kinds()) {
      if (!kind.channel) continue;
      Score got = score(kind.bases, static_cast<Plant>(i), full_round() ? 40 : 8, false);
      EXPECT_EQ(got.contradictions, 0U) << evtx_writer::plant_name(static_cast<Plant>(i)) << " in " << kind.name;
    }
  }
}

TEST(Tamper, UntouchedWrittenFilesRaiseNoAlarm) {
  for (const Kind& kind : kinds()) {
    if (std::string(kind.name).find("written") == std::string::npos) continue;
    for (const Base& base : kind.bases) {
      for (const Track& track : base.clean)
        EXPECT_FALSE(track.alarm()) << base.file.name << ": " << track.detector << " " << track.summary;
    }
  }
}

// Why a track of medium or higher about a public sample is right: what its file really holds.
const char* reason_of(const std::string& detector) {
  constexpr std::pair<const char*, const char*> kReasons[] = {
      {"E1", "the log begins with the event that says it was cleared (1102, 104)"},
      {"E2", "the event that says the log service ended (1100), and no shutdown beside it in this file"},
      {"E3", "the registry event that switches a channel off"},
      {"E6", "the command that removes Sysmon"},
      {"E7", "the registry event that switches script logging off"},
      {"R13", "record ids run ahead of record numbers"}};
  for (const auto& [name, reason] : kReasons) {
    if (detector == name) return reason;
  }
  return nullptr;
}

// The list in docs/tracks.md, between its two marks; SIL_WRITE_TAMPER=1 writes it anew.
void check_list(const std::string& list) {
  constexpr std::string_view kBegin = "<!-- samples: written by tests/tamper -->\n", kEnd = "<!-- /samples -->";
  auto page = read_whole(SIL_TRACKS_PAGE, 1 << 20);
  ASSERT_TRUE(page.has_value());
  size_t begin = page->find(kBegin), end = page->find(kEnd);
  ASSERT_LT(begin, end);
  begin += kBegin.size();
  if (std::getenv("SIL_WRITE_TAMPER"))
    ASSERT_TRUE(write_whole(SIL_TRACKS_PAGE, page->substr(0, begin) + list + page->substr(end)));
  else
    EXPECT_EQ(page->substr(begin, end - begin), list) << "docs/tracks.md: SIL_WRITE_TAMPER=1 writes the list anew";
}

TEST(Tamper, NoSharedSampleIsCalledEdited) {
  std::vector<std::string> paths = shared_evtx_paths();
  if (paths.empty()) GTEST_SKIP() << "skipped: no EVTX samples beside the project";
  std::map<std::string, std::map<std::string, size_t>> graver;  // by detector, file
  size_t losses = 0;
  for (const std::string& path : paths) {
    for (const Track& track : tracks_of(path)) {
      EXPECT_NE(track.kind, TrackClass::kContradiction) << path << ": " << track.detector << " " << track.summary;
      losses += track.kind == TrackClass::kLoss;
      if (track.alarm() && track.level >= Level::kMedium) ++graver[track.detector][path.substr(path.rfind('/') + 1)];
    }
  }
  EXPECT_EQ(losses, 0U);
  std::string list = "| detector | what the file really holds | files |\n| --- | --- | --- |\n";
  for (const auto& [detector, files] : graver) {
    const char* reason = reason_of(detector);
    EXPECT_NE(reason, nullptr) << detector << " speaks on a public sample, and nobody has looked why";
    list += "| " + detector + " | " + (reason ? reason : "") + " | ";
    size_t count = 0;
    for (const auto& [file, tracks] : files)
      list += (count++ ? ", " : "") + ("`" + file + "`") + (tracks > 1 ? " (" + std::to_string(tracks) + ")" : "");
    list += " |\n";
  }
  check_list(list);
}

// Each citation opened again shows what it says: the digest of its spans, and for each recovered record the bytes.
TEST(Tamper, CitationsResolveToTheBytesTheyName) {
  constexpr Plant kLooked[] = {Plant::kMerge,         Plant::kSwallow,       Plant::kMaskedAsPi,
                               Plant::kMergeKeepIds,  Plant::kCompact,       Plant::kTailLeft,
                               Plant::kChunkZeroed,   Plant::kBackdatedBody, Plant::kBackdatedHeader,
                               Plant::kRewrittenLeft, Plant::kRolledBack,    Plant::kClearedSilently};
  size_t resolved = 0;
  for (const BenchFile& base : written_channel_files(3)) {
    for (Plant what : kLooked) {
      std::vector<uint8_t> bytes = base.bytes;
      evtx_writer::Planted truth;
      std::string problem;
      if (!evtx_writer::plant(what, 2, &bytes, &truth, &problem)) continue;
      for (const Track& track : tracks_in(bytes, base.name)) {
        ASSERT_FALSE(track.citations.empty()) << track.detector;
        auto resolve = [&](const Citation& citation) {
          Sha256Stream stream;
          for (const Span& span : citation.spans) {
            ASSERT_LE(span.offset + span.length, bytes.size()) << track.detector;
            stream.add(Bytes(bytes).subspan(span.offset, span.length));
          }
          EXPECT_EQ(stream.finish(), citation.sha256) << track.detector << " " << track.summary;
          ++resolved;
        };
        for (const Citation& citation : track.citations) resolve(citation);
        for (const RecoveredRecord& record : track.recovered) resolve(record.citation);
      }
    }
  }
  EXPECT_GT(resolved, 50U);
}

}  // namespace
}  // namespace sil::tamper
