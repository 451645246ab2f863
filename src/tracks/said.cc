#include "tracks/said.h"

#include <algorithm>

#include "bytes/text.h"

namespace sil::tracks {

bool holds(std::string_view folded_text, std::initializer_list<const char*> parts) {
  for (const char* part : parts) {
    if (folded_text.find(part) != std::string_view::npos) return true;
  }
  return false;
}

std::string command_of(const Note& note) {
  return folded(note.field("CommandLine"));
}

bool says_lines_were_lost(const Note& note) {
  return holds(folded(note.field("message")), {"suppressed", " lost ", "rate-limit", "rate limit", "dropped",
                                               "audit_lost=", "backlog limit exceeded"});
}

std::string short_host(const Note& note) {
  if (note.host.empty()) return "an unnamed host";
  const bool address = note.host.find_first_not_of("0123456789.") == std::string::npos;
  return address ? note.host : note.host.substr(0, note.host.find('.'));
}

const Note* process_before(const Scene& scene, const Note& note, uint64_t minutes,
                           std::initializer_list<const char*> parts) {
  const Note* best = nullptr;
  uint64_t window = minutes * 60 * kTicksPerSecond;
  for (const Note* process : scene.notes(Interest::kProcess)) {
    if (process->host != note.host || process->time.ticks > note.time.ticks + 5 * kTicksPerSecond ||
        process->time.ticks + window < note.time.ticks)
      continue;
    if (holds(command_of(*process), parts)) best = process;
  }
  return best;
}

std::string by(const Actor& actor) {
  std::string text = actor.text();
  if (text.empty()) return {};
  return actor.account.empty() ? " " + text : " by " + text;
}

Judged* say(Judge& judge, const Scene& scene, const Note& note, TrackClass kind, Level level, std::string what,
            const Note* cause) {
  Judged* judged = judge.add(note, kind, level);
  if (!judged) return nullptr;
  Actor actor = scene.actor(cause ? *cause : note);
  judged->track.summary = short_host(note) + ": " + std::move(what) + by(actor);
  judged->track.found = note.channel + " event " + std::to_string(note.event_id);
  if (!actor.command.empty()) judged->track.found += "; command: " + actor.command;
  if (!actor.parent.empty()) judged->track.found += "; started by " + actor.parent;
  if (!actor.logon_id.empty()) judged->track.found += "; logon " + actor.logon_id;
  std::vector<Citation>& cited = judged->track.citations;
  if (cause && cause != &note && cause->telling) cited.push_back(cause->citation);
  for (const auto& [source, where] : actor.told_by) {
    const bool there = std::ranges::any_of(
        cited, [&](const Citation& one) { return one.source == source && one.spans == std::vector<Span>{where}; });
    if (!there) judge.cite(judged, scene.sources()[source], {where});
  }
  return judged;
}

}  // namespace sil::tracks
