#include "cli/run_display.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "bytes/output.h"

namespace sil::cli {

constexpr size_t kNamedTexts = 20;  // of those passed over; the JSON forms name them all

struct RunDisplay::Impl {
  const flow::Progress& progress;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  bool shown = false;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::jthread thread;

  explicit Impl(const flow::Progress& p) : progress(p) {}

  void show() {
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    uint64_t total = progress.bytes_total, done = progress.bytes_done, events = progress.events;
    double rate = static_cast<double>(events) / std::max(seconds, 0.001);
    std::string line = fmt::format("\r\x1b[2K{:.0f} of {:.0f} MB \u00b7 {} events \u00b7 {}/s \u00b7 {} findings",
                                   static_cast<double>(done) / 1e6, static_cast<double>(total) / 1e6, grouped(events),
                                   grouped(static_cast<uint64_t>(rate)), grouped(progress.findings));
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
    shown = true;
  }
};

RunDisplay::RunDisplay(const flow::Progress& progress, bool quiet) {
  if (quiet || !error_is_terminal()) return;
  impl_ = std::make_unique<Impl>(progress);
  impl_->thread = std::jthread([impl = impl_.get()] {
    std::unique_lock lock(impl->mutex);
    auto wait = std::chrono::milliseconds(1000);
    while (!impl->wake.wait_for(lock, wait, [&] { return impl->stopping; })) {
      impl->show();
      wait = std::chrono::milliseconds(200);
    }
  });
}

RunDisplay::~RunDisplay() {
  stop();
}

void RunDisplay::stop() {
  if (!impl_) return;
  {
    std::unique_lock lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
  if (impl_->shown) std::fputs("\r\x1b[2K", stderr);
  impl_.reset();
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number), out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string summary_line(const flow::PipelineReport& report, uint64_t findings, bool with_findings,
                         const Beside& beside) {
  auto counted = [](uint64_t n, const char* one, const char* many) { return grouped(n) + " " + (n == 1 ? one : many); };
  std::string line =
      counted(report.sources.size(), "source", "sources") + ", " + counted(report.events, "event", "events");
  if (beside.recovered > 0) line += " (and " + counted(beside.recovered, "recovered record", "recovered records") + ")";
  if (with_findings) line += ", " + counted(findings, "finding", "findings");
  if (beside.joined > 0) line += " (" + grouped(beside.joined) + " on joined script blocks)";
  if (beside.on_recovered > 0) line += " (" + grouped(beside.on_recovered) + " on recovered records)";
  line += ", " + counted(report.anomalies, "anomaly", "anomalies");
  if (report.unknown_in_folders > 0)
    line += ", " + counted(report.unknown_in_folders, "file", "files") + " of no known format passed over";
  const size_t named = std::min(report.unknown_texts.size(), kNamedTexts);
  for (size_t i = 0; i < named; ++i) {
    const PassedOver& one = report.unknown_texts[i];
    line += (i == 0 ? " (texts, which --as lines reads: " : ", ") + one.path;
    for (const std::string& member : one.members) line += "!" + member;
  }
  const uint64_t unsaid = report.unknown_texts_total - named;
  if (unsaid > 0) line += " and " + grouped(unsaid) + " more";
  if (!report.unknown_texts.empty()) line += ")";
  if (beside.suppressed > 0) line += ", " + grouped(beside.suppressed) + " suppressed";
  return line;
}

void report_unjoined(uint64_t parts, bool quiet) {
  if (parts == 0 || quiet) return;
  print_error(
      grouped(parts) + (parts == 1 ? " part" : " parts") +
      " of script blocks matched alone, not joined: beyond 262,144 parts a source or 16 MiB a block, or no room "
      "for the temporary file (TMPDIR)");
}

std::string uncounted_line(const hunt::MemberCounts& counts, uint64_t nested_without_field) {
  std::string out;
  auto say = [&](uint64_t count, const char* why) {
    if (count > 0) out += std::string(out.empty() ? "" : ", ") + grouped(count) + " " + why;
  };
  say(counts.no_group + nested_without_field, "without a field of group-by");
  say(counts.no_value, "without the counted value");
  say(counts.no_time, "without a time");
  return out.empty() ? out : "correlations: matches that did not count: " + out;
}

std::string timings_line(const Timings& timings) {
  return fmt::format(
      R"({{"load_ms":{:.1f},"scan_ms":{:.1f},"write_ms":{:.1f},"rule_cache":"{}","rule_cache_written":{}}})",
      timings.load_ms, timings.scan_ms, timings.write_ms, flow::cache_state_name(timings.cache.state),
      timings.cache.written);
}

StopWatch::StopWatch() : begun_ns_(std::chrono::steady_clock::now().time_since_epoch().count()) {}
double StopWatch::elapsed_ms() const {
  return static_cast<double>(std::chrono::steady_clock::now().time_since_epoch().count() - begun_ns_) / 1e6;
}

}  // namespace sil::cli
