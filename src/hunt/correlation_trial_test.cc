#include "hunt/correlation_trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "model/timestamp.h"

namespace sil::hunt {
namespace {

constexpr std::string_view kDay = "2024-05-01T00:00:00Z";

uint64_t ticks_at(const std::string& seconds) {
  Timestamp day;
  EXPECT_TRUE(parse_rfc3339(kDay, &day));
  long double value = std::stold(seconds);
  return day.ticks + static_cast<uint64_t>(value * kTicksPerSecond + 0.5L);
}

std::string seconds_of(uint64_t ticks) {
  uint64_t since = ticks - ticks_at("0");
  std::string out = std::to_string(since / kTicksPerSecond);
  if (uint64_t rest = since % kTicksPerSecond) {
    std::string digits = std::to_string(kTicksPerSecond + rest).substr(1);
    while (digits.back() == '0') digits.pop_back();
    out += "." + digits;
  }
  return out;
}

// The written events, in the order of `order`; record ids are places in `events`, so ties stay as they were.
struct Written {
  std::vector<std::unique_ptr<const WrittenEvent>> kept;
  std::vector<const Event*> views;
};
Written write(const std::vector<ShortEvent>& events, const std::vector<size_t>& order) {
  Written out;
  YamlArena arena;
  for (size_t at : order) {
    std::string time;
    append_rfc3339(ticks_at(events[at].seconds), 7, &time);
    std::string text = "{Channel: System, Provider_Name: Test, _time: '" + time +
                       "', EventRecordID: " + std::to_string(at + 1) + ", " + events[at].fields + "}";
    for (const YamlDocument& document : read_yaml(text, &arena)) {
      EXPECT_FALSE(document.fault.has_value()) << text;
      auto made = WrittenEvent::make(*document.root, {});
      EXPECT_TRUE(made.has_value()) << text;
      out.kept.push_back(std::move(*made));
      out.views.push_back(&out.kept.back()->event());
    }
  }
  return out;
}

std::vector<std::string> lines_of(const RuleSet& set, const EventFirings& found, const std::vector<size_t>& order) {
  std::vector<std::string> out;
  for (const EventFiring& firing : found.firings) {
    std::string line = set.correlations[firing.correlation].name;
    for (const auto& [name, text] : firing.group) line.append(" ").append(name).append("=").append(text);
    line += " value " + firing.value + " at " + seconds_of(firing.fired) + " from " + seconds_of(firing.first) +
            " to " + seconds_of(firing.last) + " events ";
    for (size_t i = 0; i < firing.members.size(); ++i)
      line += (i ? "," : "") + std::to_string(order[firing.members[i]]);
    if (firing.update) line += " update " + std::to_string(firing.update);
    out.push_back(line);
  }
  return out;
}

}  // namespace

std::string letter_rules() {
  std::string out;
  for (const char* letter : {"a", "b", "c", "d"}) {
    out += std::string("title: ") + letter + "\nname: " + letter +
           "\nlogsource: {product: windows, service: system}\ndetection: {s: {R: " + letter + "}, condition: s}\n---\n";
  }
  return out;
}

std::string correlation_document(const std::string& name, const std::string& body) {
  return "title: " + name + "\nname: " + name + "\nid: 00000000-0000-4000-8000-0000000000" +
         (name + "00").substr(0, 2) + "\nlevel: high\ncorrelation: " + body + "\n---\n";
}

std::vector<std::string> trial(const std::string& documents, const std::vector<ShortEvent>& events, bool equal_times) {
  RuleSet set = load_rules({{"t.yml", letter_rules() + documents}}, {});
  for (const Verdict& verdict : set.verdicts) {
    if (!verdict.loaded) return {verdict.title + " refused: " + verdict.reason};
  }
  std::vector<size_t> order(events.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<std::string> first;
  std::mt19937 random(7);
  for (int round = 0; round < 6; ++round) {
    if (round > 0) std::shuffle(order.begin(), order.end(), random);
    Written written = write(events, order);
    EngineLimits limits;
    limits.equal_times = equal_times;
    limits.sort_bytes = round % 2 ? 0 : 1 << 20;  // 0: a sorted run on disk for every two events
    auto found = correlate_events(set, written.views, round % 3 ? Evaluator::kCompiled : Evaluator::kPlain, limits);
    if (!found) return {"failed: " + found.error().text()};
    std::vector<std::string> lines = lines_of(set, *found, order);
    if (round == 0)
      first = lines;
    else if (lines != first)
      return {"round " + std::to_string(round) + " differs", lines.empty() ? "nothing" : lines[0],
              first.empty() ? "nothing" : first[0]};
  }
  return first;
}

EventFirings trial_firings(const std::string& documents, const std::vector<ShortEvent>& events) {
  RuleSet set = load_rules({{"t.yml", letter_rules() + documents}}, {});
  std::vector<size_t> order(events.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  Written written = write(events, order);
  auto found = correlate_events(set, written.views, Evaluator::kPlain);
  EXPECT_TRUE(found.has_value());
  return found ? *found : EventFirings{};
}

}  // namespace sil::hunt
