#include "report/steps.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace sil::report {
namespace {

struct Candidate {
  Step step;
  size_t ordinal = 0;  // 0 = the first of its rule and host; further ones give way to the first of others
};

std::vector<Candidate> candidates(const Investigation& investigation, Level least) {
  std::map<std::tuple<std::string, std::string, bool>, Candidate> by_line;  // host, summary, recovered
  for (size_t g = 0; g < investigation.groups.size(); ++g) {
    const RuleGroup& group = investigation.groups[g];
    if (group.rule->level < least) continue;
    for (const auto& [host, counted] : group.hosts) {
      for (size_t i = 0; i < counted.samples.size(); ++i) {
        const Sample& sample = counted.samples[i];
        auto [it, fresh] = by_line.try_emplace({host, sample.summary, sample.recovered});
        Candidate& candidate = it->second;
        if (fresh) candidate = {{group.rule->level, sample.time, host, sample.summary, sample.recovered, 0, {}}, i};
        candidate.ordinal = std::min(candidate.ordinal, i);
        candidate.step.level = std::max(candidate.step.level, group.rule->level);
        if (i == 0) candidate.step.count = std::max(candidate.step.count, counted.count);
        candidate.step.groups.push_back(g);
        if (sample.time.known() && (!candidate.step.time.known() || sample.time < candidate.step.time)) {
          candidate.step.time = sample.time;
        }
      }
    }
  }
  std::vector<Candidate> out;
  for (auto& [key, candidate] : by_line) out.push_back(std::move(candidate));
  return out;
}

}  // namespace

std::vector<Step> key_steps(const Investigation& investigation, size_t most, size_t* left_out) {
  std::vector<Candidate> all = candidates(investigation, Level::kMedium);
  if (all.empty()) all = candidates(investigation, Level::kInformational);
  auto in_time = [](const Step& a, const Step& b) {
    auto place = [](const Step& s) {
      return std::make_tuple(!s.time.known(), s.time.ticks, std::string_view(s.host), std::string_view(s.summary),
                             s.recovered);
    };
    return place(a) < place(b);
  };
  std::sort(all.begin(), all.end(), [&](const Candidate& a, const Candidate& b) {
    if (a.step.level != b.step.level) return a.step.level > b.step.level;
    if (a.ordinal != b.ordinal) return a.ordinal < b.ordinal;
    return in_time(a.step, b.step);
  });
  *left_out = all.size() > most ? all.size() - most : 0;
  std::vector<Step> out;
  for (size_t i = 0; i < all.size() && i < most; ++i) out.push_back(std::move(all[i].step));
  std::sort(out.begin(), out.end(), in_time);
  return out;
}

}  // namespace sil::report
