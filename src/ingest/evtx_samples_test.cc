// Every shared sample: compiled and general way give the same fields, plan and plain renderer the same JSON, and the
// compiled way is the one that is taken.
#include <gtest/gtest.h>

#include <cstdlib>

#include "ingest/recorded_run.h"

namespace sil::ingest {
namespace {

std::string shared_folder() {
  if (const char* named = std::getenv("SIL_SHARED")) return named;
  std::string here = __FILE__;
  size_t room = here.rfind("src/ingest/");
  return room == std::string::npos ? "" : here.substr(0, room) + "../shared";
}

TEST(EvtxSamples, BothWaysAgreeOnEverySharedFile) {
  std::string folder = shared_folder() + "/data/evtx";
  if (!is_directory(folder)) GTEST_SKIP() << "no shared samples beside the project";
  std::vector<Error> problems;
  uint64_t compiled = 0, walked = 0, files = 0;
  for (const std::string& path : list_files(folder, &problems)) {
    if (!path.ends_with(".evtx")) continue;
    auto text = read_whole(path, uint64_t{1} << 30);
    ASSERT_TRUE(text) << path;
    RecordedRun fast, walker;
    run_evtx(as_bytes(*text), {}, &fast);
    run_evtx(as_bytes(*text), {.walker = true, .render = false}, &walker);
    ASSERT_EQ(fast.events.size(), walker.events.size()) << path;
    ASSERT_EQ(fast.facts.size(), walker.facts.size()) << path;
    for (size_t i = 0; i < fast.events.size(); ++i) {
      ASSERT_EQ(fast.events[i].fields, walker.events[i].fields) << path << " record " << i;
      ASSERT_EQ(fast.events[i].json, fast.events[i].plain_json) << path << " record " << i;
    }
    compiled += fast.compiled;
    walked += fast.walked;
    ++files;
  }
  EXPECT_GT(files, 0u);
  EXPECT_GT(compiled, 20 * walked) << "the compiled way must be the ordinary one";
}

}  // namespace
}  // namespace sil::ingest
