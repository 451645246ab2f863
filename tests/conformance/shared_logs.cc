#include "conformance/shared_logs.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "bytes/file.h"
#include "ingest/reader.h"

namespace sil::conformance {
namespace {

std::vector<Log> logs_below(const std::string& folder, const std::function<bool(std::string_view path)>& wanted,
                            uint64_t every) {
  std::vector<Error> problems;
  std::vector<Log> out;
  const std::string base = shared_folder() + "/data/";
  for (std::string& path : list_files(base + folder, &problems)) {
    if (!wanted(path)) continue;
    std::string name = path.substr(base.size());
    out.push_back({std::move(path), std::move(name), every});
  }
  return out;
}

class PickingSink : public EventSink {
 public:
  PickingSink(uint64_t every, const VisitEvent& visit) : every_(every), visit_(visit) {}
  void on_event(const Event& event) override {
    if (reading.records % every_ == 0) {
      ++reading.looked_at;
      visit_(event, reading.records);
    }
    ++reading.records;
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

  Reading reading;

 private:
  uint64_t every_;
  const VisitEvent& visit_;
};

const ingest::Format* format_of(const ingest::Opened& opened, const std::string& path) {
  const ingest::Format* best = nullptr;
  int confidence = 0;
  for (const ingest::Format& format : ingest::formats()) {
    int found = format.sniff(opened.head, path).confidence;
    if (found <= confidence) continue;
    confidence = found;
    best = &format;
  }
  return best;
}

}  // namespace

std::string shared_folder() {
  const char* named = std::getenv("SIL_SHARED");
  return named ? named : SIL_SHARED;
}

bool has_shared_data() {
  for (const char* name : {"/data/sigmahq/rules", "/data/sigmahq/regression_data", "/data/evtx", "/data/otrf"}) {
    if (!is_directory(shared_folder() + name)) return false;
  }
  return true;
}

std::vector<std::string> rule_folders() {
  std::vector<std::string> out;
  for (const char* name :
       {"rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder"}) {
    out.push_back(shared_folder() + "/data/sigmahq/" + name);
  }
  return out;
}

const flow::Rules& all_rules() {
  static const std::unique_ptr<flow::Rules> rules = [] {
    flow::RuleSelection selection;
    selection.paths = rule_folders();
    auto loaded = flow::load_program(selection, {});
    if (!loaded) {
      std::fprintf(stderr, "%s\n", loaded.error().text().c_str());
      std::abort();
    }
    return std::move(*loaded);
  }();
  return *rules;
}

std::vector<Log> regression_logs(std::string_view extension) {
  return logs_below(
      "sigmahq/regression_data", [&](std::string_view path) { return path.ends_with(extension); }, 1);
}

std::vector<Log> evtx_samples() {
  return logs_below(
      "evtx", [](std::string_view path) { return path.ends_with(".evtx"); }, 1);
}

std::vector<Log> otrf_logs(uint64_t every) {
  return logs_below(
      "otrf",
      [](std::string_view path) {
        if (!path.ends_with(".zip") || path.find("zeek") != std::string_view::npos) return false;
        auto opened = ingest::open_source(std::string(path));
        const ingest::Format* format = opened ? format_of(*opened, opened->members.front()) : nullptr;
        return format && std::string_view(format->name) == "json";
      },
      every);
}

std::vector<Log> largest_first(std::vector<Log> logs) {
  auto size = [](const Log& log) {
    auto stamp = stamp_of(log.path);
    return stamp ? stamp->size : 0;
  };
  std::stable_sort(logs.begin(), logs.end(), [&](const Log& a, const Log& b) { return size(a) > size(b); });
  return logs;
}

Reading read_log(const Log& log, const VisitEvent& visit) {
  PickingSink sink(log.every, visit);
  auto opened = ingest::open_source(log.path);
  if (!opened) {
    sink.reading.error = opened.error().text();
    return sink.reading;
  }
  const ingest::Format* format = format_of(*opened, log.path);
  if (!format) {
    sink.reading.error = log.path + ": of no known format";
    return sink.reading;
  }
  auto reader = format->make();
  auto scratch = reader->make_scratch();
  ingest::Piece piece;
  while (true) {
    auto more = reader->split(*opened->bytes, &piece);
    if (!more) sink.reading.error = more.error().text();
    if (!more || !*more) break;
    if (!piece.filled) {
      piece.buffer.resize(piece.length + ingest::kSlack);
      auto got = opened->bytes->read_at(piece.offset, piece.buffer.data(), piece.length);
      piece.length = got ? *got : 0;
    }
    reader->read(piece, 0, *scratch, sink);
    piece.filled = false;
  }
  reader->finish(0, sink);
  return sink.reading;
}

void for_each_in_parallel(size_t count, const std::function<Work()>& make_work) {
  std::atomic<size_t> next{0};
  std::vector<std::jthread> pool;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    pool.emplace_back([&] {
      Work work = make_work();
      for (size_t index = next++; index < count; index = next++) work(index);
    });
  }
}

}  // namespace sil::conformance
