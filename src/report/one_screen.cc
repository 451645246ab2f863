#include "report/one_screen.h"

#include <algorithm>

#include "report/display.h"
#include "report/escape.h"
#include "report/steps.h"
#include "report/texts.h"
#include "report/track_lines.h"

namespace sil::report {
namespace {

constexpr size_t kSteps = 28, kTracks = 4;
constexpr int kLabel = 10;

class Screen {
 public:
  Screen(const Investigation& investigation, const ReportOptions& options)
      : from_(investigation), options_(options), width_(std::clamp(options.width, 60, 240)) {}

  std::string run(const std::string& report_path) {
    read();
    levels();
    damage();
    tracks();
    steps();
    label(say(Text::kReportLies));
    append_terminal(report_path, &out_);
    out_ += '\n';
    return std::move(out_);
  }

 private:
  const char* say(Text which) const { return text(which, options_.language); }
  [[nodiscard]] std::string number(uint64_t count) const { return grouped(count, options_.language); }
  void label(std::string_view word) {
    std::string padded;
    append_padded(word, kLabel, &padded);
    out_ += colored(padded, "1", options_.color);
  }

  void read() {
    label(say(Text::kRead));
    out_ += number(from_.events) + ' ' + say(Text::kEvents);
    if (from_.remains) out_ += ", " + number(from_.remains) + ' ' + say(Text::kBroughtBack);
    out_ += ", " + shown_size(from_.bytes, options_.language);
    out_ += ", " + number(from_.sources.size()) + ' ' + say(from_.sources.size() == 1 ? Text::kSource : Text::kSources);
    const char* colon = options_.language == Language::kFrench ? "\u202f: " : ": ";
    out_ += std::string("; ") + say(Text::kLoaded) + colon + number(from_.rules_loaded);
    if (!from_.refused.empty()) out_ += std::string("; ") + say(Text::kRefused) + colon + number(from_.refused.size());
    out_ += '\n';
  }

  void levels() {
    label(say(Text::kFindings));
    if (from_.findings == 0) {
      out_ += std::string(say(Text::kNoFindings)) + '\n';
      return;
    }
    bool first = true;
    for (int i = 4; i >= 0; --i) {
      uint64_t count = from_.by_level[static_cast<size_t>(i)];
      if (count == 0) continue;
      if (!first) out_ += ", ";
      first = false;
      out_ += number(count) + ' ' + level_word(static_cast<Level>(i), options_.language);
    }
    if (from_.joined) out_ += " (" + number(from_.joined) + ' ' + say(Text::kOnJoined) + ')';
    if (from_.recovered) out_ += " (" + number(from_.recovered) + ' ' + say(Text::kOnRecovered) + ')';
    out_ += '\n';
  }

  void damage() {
    if (from_.anomalies == 0 && from_.unreadable == 0) return;
    label(say(Text::kDamage));
    bool first = true;
    for (const auto& [kind, group] : from_.anomaly_kinds) {
      out_ += (first ? "" : ", ") + anomaly_sentence(kind, group.count, options_.language);
      first = false;
    }
    out_ += '\n';
  }

  void tracks() {
    if (from_.tracks.empty()) return;
    label(french() ? "traces" : "tracks");
    out_ += track_counts(from_.tracks, options_.language) + '\n';
    for (const std::string& line : track_lines(from_.tracks, kTracks, options_))
      out_ += "  " + clipped(line, width_ - 2) + '\n';
  }
  [[nodiscard]] bool french() const { return options_.language == Language::kFrench; }

  void steps() {
    size_t left_out = 0;
    std::vector<Step> all = key_steps(from_, kSteps, &left_out);
    if (all.empty()) return;
    out_ += '\n' + colored(say(Text::kSteps), "1", options_.color) + "  (" + options_.zone_name + ")\n";
    int host_width = 4;
    for (const Step& step : all) host_width = std::max(host_width, columns_of(short_host(step)));
    host_width = std::min(host_width, 15);
    days_apart_ = few_days(all);
    for (const Step& step : all) line(step, host_width);
    uint64_t lower = from_.by_level[0] + from_.by_level[1];
    if (left_out) out_ += "  " + number(left_out) + ' ' + say(Text::kMoreSteps) + '\n';
    bool only_lower = lower == from_.findings;
    if (lower && !only_lower) out_ += "  " + number(lower) + ' ' + say(Text::kCountedOnly) + '\n';
    out_ += '\n';
  }

  static std::string short_host(const Step& step) {
    std::string safe;
    append_terminal(std::string_view(step.host).substr(0, step.host.find('.')), &safe);
    return safe;
  }
  [[nodiscard]] std::string day_of(const Step& step) const {
    return step.time.known() ? shown_day(step.time.ticks, options_) : std::string(say(Text::kNoTime));
  }
  // An intrusion of few days: each day is a line of its own, which leaves the steps eleven columns more.
  [[nodiscard]] bool few_days(const std::vector<Step>& steps) const {
    size_t days = 1;
    for (size_t i = 1; i < steps.size(); ++i) days += day_of(steps[i]) != day_of(steps[i - 1]);
    return days <= 5 && days * 2 <= steps.size() + 1;
  }
  void line(const Step& step, int host_width) {
    constexpr int kDateTime = 19, kClock = 10;  // "2024-03-14 10:38:57", "  10:38:57"
    std::string when;
    if (days_apart_) {
      std::string day = day_of(step);
      if (day != day_) out_ += "  " + colored(day, "1", options_.color) + '\n';
      day_ = day;
      when = step.time.known() ? "  " + shown_time(step.time, options_, 0).substr(11, 8) : "";
    } else {
      when = step.time.known() ? shown_time(step.time, options_, 0) : std::string(say(Text::kNoTime));
    }
    int time_width = days_apart_ ? kClock : kDateTime;
    out_ += "  ";
    append_padded(when, time_width, &out_);
    out_ += "  ";
    out_ += level_tag(step.level, options_.color, options_.language);
    out_.append(6 - level_tag(step.level, false, options_.language).size(), ' ');
    append_padded(short_host(step), host_width, &out_);
    std::string more = step.recovered ? std::string("  [") + say(Text::kRecovered) + ']' : std::string();
    more += step.count > 1 ? "  x" + number(step.count) : "";
    std::string safe;
    append_terminal(step.summary, &safe);
    int room = width_ - 2 - time_width - 2 - 6 - host_width - 2 - columns_of(more);
    out_ += "  " + clipped(safe, std::max(room, 20)) + more + '\n';
  }

  const Investigation& from_;
  const ReportOptions& options_;
  int width_;
  bool days_apart_ = false;
  std::string out_, day_;
};

}  // namespace

std::string one_screen(const Investigation& investigation, const ReportOptions& options,
                       const std::string& report_path) {
  return Screen(investigation, options).run(report_path);
}

}  // namespace sil::report
