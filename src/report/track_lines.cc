#include "report/track_lines.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "report/display.h"
#include "report/escape.h"
#include "report/secrets.h"

namespace sil::report {

std::string track_counts(const std::vector<Track>& tracks, Language language) {
  bool french = language == Language::kFrench;
  std::array<uint64_t, 4> count{};
  uint64_t recovered = 0;
  for (const Track& track : tracks) {
    ++count[static_cast<size_t>(track.kind)];
    recovered += track.recovered.size();
  }
  constexpr const char* kEnglish[][2] = {
      {"contradiction", "contradictions"}, {"loss", "losses"}, {"change", "changes"}};
  constexpr const char* kFrench[][2] = {
      {"contradiction", "contradictions"}, {"perte", "pertes"}, {"changement", "changements"}};
  std::string out;
  for (size_t i = 0; i < 3; ++i) {
    if (count[i] == 0) continue;
    out +=
        (out.empty() ? "" : ", ") + grouped(count[i], language) + ' ' + (french ? kFrench : kEnglish)[i][count[i] > 1];
  }
  if (recovered > 0) {
    out += "; " + grouped(recovered, language);
    out += french ? (recovered > 1 ? " enregistrements r\u00e9cup\u00e9r\u00e9s"
                                   : " enregistrement r\u00e9cup\u00e9r\u00e9")
                  : (recovered > 1 ? " records brought back" : " record brought back");
  }
  return out;
}

std::vector<const Track*> by_weight(const std::vector<Track>& tracks) {
  std::vector<const Track*> out;
  for (const Track& track : tracks) out.push_back(&track);
  std::stable_sort(out.begin(), out.end(), [](const Track* a, const Track* b) {
    auto weight = [](const Track* track) {
      return std::make_tuple(-static_cast<int>(track->level), track->kind, !track->time.known(), track->time.ticks);
    };
    return weight(a) < weight(b);
  });
  return out;
}

namespace {

bool overlap(const Track& a, const Track& b) {
  for (const Citation& one : a.citations) {
    for (const Citation& two : b.citations) {
      if (one.source != two.source) continue;
      for (const Span& x : one.spans) {
        for (const Span& y : two.spans) {
          if (x.offset < y.offset + y.length && y.offset < x.offset + x.length) return true;
        }
      }
    }
  }
  return false;
}

// An edit is often seen by several detectors; the one that brought the record back says most.
bool said_better(const Track& track, const std::vector<const Track*>& all) {
  if (track.kind != TrackClass::kContradiction || !track.recovered.empty()) return false;
  return std::any_of(all.begin(), all.end(), [&](const Track* other) {
    return other->kind == TrackClass::kContradiction && !other->recovered.empty() && overlap(track, *other);
  });
}

std::string brought_back(const RecoveredRecord& record, const ReportOptions& options) {
  std::string back = options.show_secrets ? record.summary : masked(record.summary);
  if (back.empty()) back = record.channel + " event " + std::to_string(record.event_id);
  std::string line(27, ' ');
  line += options.language == Language::kFrench ? "r\u00e9cup\u00e9r\u00e9 : " : "brought back: ";
  append_terminal(back, &line);
  return line;
}

}  // namespace

std::vector<std::string> track_lines(const std::vector<Track>& tracks, size_t most, const ReportOptions& options) {
  std::vector<std::string> out;
  std::set<std::string> said;
  const std::vector<const Track*> all = by_weight(tracks);
  for (const Track* track : all) {
    if (out.size() == most) break;
    if (said_better(*track, all)) continue;
    std::string what = options.show_secrets ? track->summary : masked(track->summary);
    if (!said.insert(what).second) continue;
    std::string line = track->time.known() ? shown_time(track->time, options, 0) : std::string(19, ' ');
    line += "  " + level_tag(track->level, false, options.language);
    line.resize(std::max<size_t>(line.size(), 27), ' ');
    append_terminal(what, &line);
    out.push_back(std::move(line));
    if (!track->recovered.empty() && out.size() < most) out.push_back(brought_back(track->recovered.front(), options));
  }
  return out;
}

}  // namespace sil::report
