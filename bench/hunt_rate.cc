// hunt_rate RULES... -- LOG...: what reading and matching cost without flow, output and citations.
// Prints one line a pass: milliseconds of read alone, of read and match, and the counters. Environment:
// SIL_CACHE=0 switches the value cache off, SIL_ROUNDS the number of passes, SIL_TWIN=N compares every N-th event
// with the plain evaluator over all rules, SIL_HITS=1 prints the number of hits by rule.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "hunt/plain.h"
#include "hunt/program.h"
#include "ingest/reader.h"

namespace {

// CPU time, so that a busy machine does not count.
struct Clock {
  using time_point = double;
  static double now() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
  }
};
double milliseconds(Clock::time_point from) {
  return Clock::now() - from;
}
size_t setting(const char* name, size_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::vector<std::string> files_below(const std::string& path, std::initializer_list<const char*> extensions) {
  std::vector<std::string> out;
  if (!std::filesystem::is_directory(path)) return {path};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    std::string extension = entry.path().extension();
    if (entry.is_regular_file() && std::find(extensions.begin(), extensions.end(), extension) != extensions.end()) {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

struct Counter : sil::EventSink {
  sil::hunt::Matcher* matcher = nullptr;
  const sil::hunt::Program* program = nullptr;
  size_t twin = 0, events = 0, hits = 0, differing = 0;
  std::map<uint32_t, size_t> by_rule;

  void on_event(const sil::Event& event) override {
    ++events;
    if (!matcher) return;
    std::span<const uint32_t> found = matcher->match(event);
    hits += found.size();
    for (uint32_t rule : found) ++by_rule[rule];
    if (twin && events % twin == 0) compare(event, {found.begin(), found.end()});
  }
  void compare(const sil::Event& event, const std::vector<uint32_t>& found) {
    for (uint32_t i = 0; i < program->rules().size(); ++i) {
      bool fast = std::find(found.begin(), found.end(), i) != found.end();
      if (fast == sil::hunt::plain_match(program->rules()[i], event)) continue;
      ++differing;
      std::printf("differs: %s %s fast=%d record %llu\n", program->rules()[i].info.id.c_str(),
                  program->rules()[i].info.path.c_str(), fast, static_cast<unsigned long long>(event.record_id));
    }
  }
  void on_anomaly(sil::Anomaly) override {}
  void on_fact(const sil::StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
};

void read_file(const std::string& path, Counter* counter) {
  auto opened = sil::ingest::open_source(path);
  if (!opened) return;
  const sil::ingest::Format* best = nullptr;
  int confidence = 0;
  for (const auto& format : sil::ingest::formats()) {
    auto sniff = format.sniff(opened->head, path);
    if (sniff.confidence > confidence) {
      confidence = sniff.confidence;
      best = &format;
    }
  }
  if (!best) return;
  auto reader = best->make();
  auto scratch = reader->make_scratch();
  sil::ingest::Piece piece;
  while (true) {
    auto more = reader->split(*opened->bytes, &piece);
    if (!more || !*more) break;
    if (!piece.filled) {
      piece.buffer.resize(piece.length + sil::ingest::kSlack);
      if (!opened->bytes->read_at(piece.offset, piece.buffer.data(), piece.length)) break;
    }
    reader->read(piece, 0, *scratch, *counter);
    piece.filled = false;
  }
  reader->finish(0, *counter);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<sil::hunt::RuleText> texts;
  int at = 1;
  auto began = Clock::now();
  for (; at < argc && std::strcmp(argv[at], "--") != 0; ++at) {
    for (const std::string& path : files_below(argv[at], {".yml", ".yaml"})) {
      std::ifstream in(path, std::ios::binary);
      std::stringstream text;
      text << in.rdbuf();
      texts.push_back({path, text.str()});
    }
  }
  std::vector<std::string> logs;
  for (++at; at < argc; ++at) {
    for (std::string& path : files_below(argv[at], {".evtx", ".json", ".ndjson", ".jsonl"}))
      logs.push_back(std::move(path));
  }
  sil::hunt::RuleSet set = sil::hunt::load_rules(texts, {});
  double load = milliseconds(began);
  sil::hunt::ProgramOptions options;
  options.value_cache = setting("SIL_CACHE", 1) != 0;
  auto program = sil::hunt::Program::compile(set.rules, options);
  std::printf("rules %zu load %.1f ms compile %.1f ms logs %zu\n", set.rules.size(), load, milliseconds(began) - load,
              logs.size());
  for (size_t round = setting("SIL_ROUNDS", 1); round-- > 0;) {
    Counter alone;
    auto start = Clock::now();
    for (const std::string& path : logs) read_file(path, &alone);
    double read = milliseconds(start);
    sil::hunt::Matcher matcher(*program);
    Counter hunt;
    hunt.matcher = &matcher;
    hunt.program = program.get();
    hunt.twin = setting("SIL_TWIN", 0);
    start = Clock::now();
    for (const std::string& path : logs) read_file(path, &hunt);
    double both = milliseconds(start);
    const auto& s = matcher.statistics();
    std::printf(
        "events %zu hits %zu read %.1f ms read+match %.1f ms match %.0f ns/event; routed %llu candidates %llu "
        "cache %llu hit %llu missed, lines %llu hit %llu missed, regex calls %llu, differing %zu\n",
        hunt.events, hunt.hits, read, both, (both - read) * 1e6 / static_cast<double>(std::max<size_t>(hunt.events, 1)),
        static_cast<unsigned long long>(s.routed), static_cast<unsigned long long>(s.candidates),
        static_cast<unsigned long long>(s.cache_hits), static_cast<unsigned long long>(s.cache_misses),
        static_cast<unsigned long long>(s.line_hits), static_cast<unsigned long long>(s.line_misses),
        static_cast<unsigned long long>(s.regex_calls), hunt.differing);
    if (round == 0 && setting("SIL_HITS", 0)) {
      for (auto [rule, count] : hunt.by_rule) std::printf("%s %zu\n", set.rules[rule].info.id.c_str(), count);
    }
  }
}
