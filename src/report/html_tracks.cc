// report.html: covered tracks, each with a small picture of the record chain and the hole in it.
#include <algorithm>

#include "report/escape.h"
#include "report/html_page.h"
#include "report/secrets.h"
#include "report/track_lines.h"

namespace sil::report {
namespace {

// What the picture shows: the records of the first citation; of an interval in which something is lost its two ends,
// which detectors cite one after the other, in one file or two.
std::vector<Span> chain_of(const Track& track) {
  const std::vector<Citation>& cited = track.citations;
  if (cited.empty()) return {};
  std::vector<Span> spans = cited.front().spans;
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.offset < b.offset; });
  const bool ends = track.kind == TrackClass::kLoss && track.last && (cited.size() == 2 || cited.size() == 3);
  if (ends && spans.size() == 1 && cited[1].spans.size() == 1) spans.push_back(cited[1].spans.front());
  return spans;
}

// The chain: boxes for cited records, a dashed box where something is gone or hidden.
std::string picture(const Track& track) {
  const std::vector<Span> spans = chain_of(track);
  if (spans.empty() || spans.size() > 6) return {};
  std::string out =
      "<svg class=\"chain\" width=\"190\" height=\"26\" viewBox=\"0 0 190 26\" role=\"img\" aria-label=\"";
  out += html(track.expected) + "\">";
  auto box = [&](size_t place, bool gone, const std::string& title) {
    std::string x = std::to_string(place * 27 + 1);
    out += "<rect x=\"" + x + "\" y=\"5\" width=\"22\" height=\"16\" rx=\"2\" fill=\"" +
           (gone ? "none" : "currentColor") + "\" fill-opacity=\"" + (gone ? "0" : "0.35") +
           "\" stroke=\"currentColor\"" + (gone ? " stroke-dasharray=\"3 2\"" : "") + "><title>" + html(title) +
           "</title></rect>";
  };
  bool loss = track.kind == TrackClass::kLoss && spans.size() == 2;
  size_t place = 0;
  box(place++, false, "record before");
  for (size_t i = 0; i < spans.size() && place < 6; ++i) {
    if (loss && i == 1) box(place++, true, track.summary);
    bool hidden = track.kind == TrackClass::kContradiction;
    box(place++, hidden,
        "bytes " + std::to_string(spans[i].offset) + " to " + std::to_string(spans[i].offset + spans[i].length));
  }
  box(place, false, "record behind");
  return out + "</svg>";
}

std::string row_of(const Page& page, const Track& track) {
  bool french = page.options.language == Language::kFrench;
  auto shown = [&](const std::string& text) { return page.options.show_secrets ? text : masked(text); };
  std::string row = "<tr><td>" + page.badge(track.level) + "<br>" + html(track_class_name(track.kind)) + ' ' +
                    html(track.detector) + "</td><td>" + page.time(track.time, 0) + "</td>";
  std::string what = html(shown(track.summary));
  for (const RecoveredRecord& record : track.recovered)
    what += "<br>\u21b3 " +
            html(clipped(shown(record.summary.empty() ? record.channel + " event " + std::to_string(record.event_id)
                                                      : record.summary),
                         160));
  if (!track.benign_causes.empty()) {
    what += french ? "<br><small>peut aussi \u00eatre : " : "<br><small>could also be: ";
    for (size_t i = 0; i < track.benign_causes.size(); ++i) what += (i ? "; " : "") + html(track.benign_causes[i]);
    what += "</small>";
  }
  // Side by side on one row, each would be a column too narrow to read.
  row += "<td class=\"w\">" + what + "</td><td class=\"w\"><small>";
  row += std::string(french ? "attendu" : "expected") + "</small> " + html(shown(track.expected)) + "<br><small>" +
         (french ? "trouv\u00e9" : "found") + "</small> " + html(shown(track.found)) + picture(track) +
         "</td><td class=\"place\">";
  if (!track.citations.empty() && !track.citations.front().spans.empty()) {
    const Citation& first = track.citations.front();
    row += page.source_name(first.source) + " @" + std::to_string(first.spans.front().offset) + '+' +
           std::to_string(first.spans.front().length) + "<br>sha256 " +
           hex(Bytes(first.sha256.data(), first.sha256.size())).substr(0, 16) + "\u2026";
  }
  return row + "</td></tr>\n";
}

std::string table_of(const std::string& rows, bool french) {
  std::string out =
      "<table class=\"stack\"><colgroup><col class=\"cl\"><col class=\"ct\"><col><col><col class=\"cp\"></colgroup>"
      "<thead><tr>";
  constexpr const char* kEnglish[] = {"Level", "Time", "What", "Expected and found", "Citation"};
  constexpr const char* kFrench[] = {"Niveau", "Heure", "Quoi", "Attendu et trouv\u00e9", "Citation"};
  for (const char* head : french ? kFrench : kEnglish) out += std::string("<th>") + head + "</th>";
  return out + "</tr></thead><tbody>\n" + rows + "</tbody></table>";
}

}  // namespace

// What says that logs were edited or are incomplete stands open, the rest is folded: the page goes on below.
std::string tracks_section(const Page& page, Budget budget) {
  if (page.from.tracks.empty()) return {};
  bool french = page.options.language == Language::kFrench;
  std::string grave, others;
  size_t left = page.from.tracks.size(), folded = 0;
  for (const Track* track : by_weight(page.from.tracks)) {
    std::string row = row_of(page, *track);
    if (!budget.take(row.size())) break;
    --left;
    bool open =
        track->kind == TrackClass::kContradiction || track->kind == TrackClass::kLoss || track->level >= Level::kHigh;
    (open ? grave : others) += row;
    folded += !open;
  }
  std::string out =
      french ? "<h2 id=\"tracks\">Traces effac\u00e9es</h2>\n" : "<h2 id=\"tracks\">Covered tracks</h2>\n";
  out += "<div class=\"card\"><p class=\"note\">" + track_counts(page.from.tracks, page.options.language) + "</p>";
  if (!grave.empty()) out += table_of(grave, french);
  if (!others.empty() && !grave.empty()) {
    out += "<details><summary class=\"note\">" + page.number(folded);
    out += french ? " de moindre niveau" : " of lower levels";
    others = "</summary>" + table_of(others, french) + "</details>";
    out += others;
  } else if (!others.empty()) {
    out += table_of(others, french);
  }
  if (left > 0) out += "<p class=\"note\">+ " + page.number(left) + "</p>";
  return out + "</div>\n";
}

}  // namespace sil::report
