// Events that tell of tampering, on the public OTRF sets (../shared/data/otrf): the sets made for it give the right
// finding with who acted; the others give none of these.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "bytes/file.h"
#include "tamper/bench_run.h"

namespace sil::tamper {
namespace {

std::string otrf_folder() {
  const char* stated = std::getenv("SIL_SHARED");
  return std::string(stated ? stated : SIL_SHARED) + "/data/otrf";
}

std::vector<std::string> sets() {
  std::vector<Error> problems;
  if (!path_exists(otrf_folder())) return {};
  std::vector<std::string> all = list_files(otrf_folder(), &problems);
  std::erase_if(all, [](const std::string& path) { return !path.ends_with(".zip"); });
  return all;
}

struct Made {
  const char* part;      // of the file's name
  const char* detector;  // that must speak
  const char* says;      // in its summary
  const char* who;       // in its summary: account and process
};
constexpr Made kMade[] = {
    {"minint_key", "E4", "MiniNt", " by PEDRO01\\pedro with "},
    {"cmd_wevtutil_modify_security_eventlog_path", "E3", "wevtutil", " by DESKTOP-CQF82L6\\pedro with wevtutil.exe"},
    {"auditpol_system_user_auditpolicy_modification", "E5", "audit",
     " by PEDRO-COMPUTER\\pedro-admin with auditpol.exe"},
    {"stop_netprofm_eventlog", "E2", "event log service", " by PEDRO01\\pedro with "},
    {"disable_eventlog_service_startuptype", "", "event log service", " by PEDRO01\\pedro with "},
};

bool speaks_of_logging(const Track& track) {
  if (!track.alarm() || track.level < Level::kMedium) return false;
  return track.detector == "E2" || track.detector == "E3" || track.detector == "E4" || track.detector == "E5";
}

TEST(TamperEvents, SetsMadeForItGiveTheRightFindingWithWhoActed) {
  std::vector<std::string> all = sets();
  if (all.empty()) GTEST_SKIP() << "skipped: no OTRF sets beside the project";
  for (const Made& made : kMade) {
    size_t files = 0;
    for (const std::string& path : all) {
      if (path.find(made.part) == std::string::npos) continue;
      ++files;
      bool found = false;
      std::string told;
      for (const Track& track : tracks_of(path)) {
        if (!speaks_of_logging(track)) continue;
        told += "\n  " + track.detector + ' ' + track.summary;
        bool right = made.detector[0] == '\0' || track.detector == made.detector;
        found = found || (right && track.summary.find(made.says) != std::string::npos &&
                          track.summary.find(made.who) != std::string::npos);
      }
      EXPECT_TRUE(found) << path.substr(path.rfind('/') + 1) << told;
    }
    EXPECT_GT(files, 0U) << made.part;
  }
}

TEST(TamperEvents, OrdinarySetsGiveNoneOfThese) {
  std::vector<std::string> all = sets();
  if (all.empty()) GTEST_SKIP() << "skipped: no OTRF sets beside the project";
  const char* round = std::getenv("TAMPER_ROUND");
  bool full = round && std::string(round) == "full";
  size_t looked = 0;
  for (const std::string& path : all) {
    bool made = std::any_of(std::begin(kMade), std::end(kMade),
                            [&](const Made& one) { return path.find(one.part) != std::string::npos; });
    if (made || (!full && looked == 10)) continue;
    ++looked;
    for (const Track& track : tracks_of(path))
      EXPECT_FALSE(speaks_of_logging(track))
          << path.substr(path.rfind('/') + 1) << ": " << track.detector << ' ' << track.summary << "; " << track.found;
  }
  EXPECT_GT(looked, 5U);
}

}  // namespace
}  // namespace sil::tamper
