// The public data beside the project (../shared, or where SIL_SHARED points) as the conformance tests see it: all of
// SigmaHQ's rules at once, and the logs. Nothing is copied; without the data the tests skip with one line.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "flow/rule_loading.h"
#include "model/event.h"

namespace sil::conformance {

std::string shared_folder();
bool has_shared_data();  // rules and logs

std::vector<std::string> rule_folders();  // the five that are in force; `unsupported` is not
// All of them, compiled as one program. Aborts the test run when the folders cannot be read.
const flow::Rules& all_rules();

struct Log {
  std::string path;
  std::string name;    // below shared/data, for messages and golden files
  uint64_t every = 1;  // each how manieth record is looked at
};
// SigmaHQ's regression logs (.evtx, or the .json beside them), bytewise order.
std::vector<Log> regression_logs(std::string_view extension);
std::vector<Log> evtx_samples();             // all of data/evtx
std::vector<Log> otrf_logs(uint64_t every);  // host events as JSON, one archive a log; no Zeek
std::vector<Log> largest_first(std::vector<Log> logs);

// Reads a whole source; `visit` sees each record that is looked at, `ordinal` counts all of them.
struct Reading {
  uint64_t records = 0, looked_at = 0;
  std::string error;  // the source could not be read to its end
};
using VisitEvent = std::function<void(const Event& event, uint64_t ordinal)>;
Reading read_log(const Log& log, const VisitEvent& visit);

// Calls work(index) for each index below `count`, on as many threads as the machine has. `make_work` is called once a
// thread, so that each has its own scratch.
using Work = std::function<void(size_t index)>;
void for_each_in_parallel(size_t count, const std::function<Work()>& make_work);

}  // namespace sil::conformance
