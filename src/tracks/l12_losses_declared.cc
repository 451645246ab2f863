// L12, lines that the log's own writer says it lost: rate limits of rsyslog and the journal, the kernel's audit
// backlog. Sees: how many, where it says so, from when to when: within that time silence proves nothing. Benign
// causes: a busy or looping program; a flood can be made to push others out. ATT&CK T1562.006. Cannot see: what was
// lost without a word.
#include <map>

#include "tracks/said.h"

namespace sil::tracks {
namespace {

// "imuxsock lost 350 messages", "Suppressed 12 messages from", "audit_lost=7": the number; 0 = none is said.
uint64_t lost_in(const std::string& message) {
  for (const char* mark : {"lost ", "Suppressed ", "audit_lost=", "Missed ", "dropped "}) {
    const size_t at = message.find(mark);
    if (at == std::string::npos) continue;
    uint64_t number = 0;
    size_t digits = 0;
    for (size_t i = at + std::string_view(mark).size(); i < message.size() && digits < 12; ++i, ++digits) {
      if (message[i] < '0' || message[i] > '9') break;
      number = number * 10 + static_cast<uint64_t>(message[i] - '0');
    }
    if (digits != 0) return number;
  }
  return 0;
}

struct Declared {
  const Note *first = nullptr, *last = nullptr;
  uint64_t lines = 0, times = 0;
};

}  // namespace

void losses_declared(const Scene& scene, Judge& judge) {
  std::map<std::pair<std::string, uint32_t>, Declared> all;
  for (const Note* note : scene.notes(Interest::kLogDaemon)) {
    if (!says_lines_were_lost(*note)) continue;
    Declared& one = all[{note->host, note->source}];
    if (!one.first) one.first = note;
    one.last = note;
    one.lines += lost_in(note->field("message"));
    ++one.times;
  }
  for (const auto& [key, one] : all) {
    Judged* judged = judge.add(*one.first, TrackClass::kLoss, Level::kLow);
    if (!judged) continue;
    Track& track = judged->track;
    track.channel.clear();
    if (one.last->time.ticks > one.first->time.ticks) track.last = one.last->time;
    track.summary = short_host(*one.first) + ": " + one.first->field("program") + " says that it lost lines" +
                    (one.times == 1 ? "" : ", " + std::to_string(one.times) + " times") +
                    (one.lines == 0 ? "" : ", " + std::to_string(one.lines) + " in all");
    track.expected = "all lines";
    track.found = one.first->field("message");
    track.benign_causes = {"a program that logs without end", "a busy host"};
    if (one.last != one.first) track.citations.push_back(one.last->citation);
  }
}

}  // namespace sil::tracks
