// A whole file: header, chunks, records, both ways of reading, renderings and citations.
#include "ingest/recorded_run.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sil::ingest::RecordedRun fast, walker;
  sil::ingest::run_evtx({data, size}, {}, &fast);
  sil::ingest::run_evtx({data, size}, {.walker = true, .render = false}, &walker);
  if (fast.events.size() != walker.events.size()) __builtin_trap();
  for (size_t i = 0; i < fast.events.size(); ++i) {
    if (fast.events[i].fields != walker.events[i].fields) __builtin_trap();
    if (fast.events[i].json != fast.events[i].plain_json) __builtin_trap();
  }
  return 0;
}
