// L11, files that rotation made of one log. Sees: a number that is missing between others; a file that ends later than
// the next one begins; a time between two files without a line, far longer than either ever paused, an empty file
// there or not. Benign causes: files that were not collected; a clock that was set back, local times in autumn (whole
// quarter hours: left out); a host that was down (a boot or shutdown beside it: left out). A file that is empty
// because nothing happened is not told. ATT&CK T1070.002. Cannot see: lines cut from a log whose pauses are as long,
// the oldest files (maxage takes those).
#include <algorithm>

#include "tracks/rotation.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kOneMinute = 60 * kTicksPerSecond, kLeastGap = 60 * kOneMinute;
constexpr uint64_t kEnoughLines = 200;

// The longest time without a line in a file, and the mean one.
uint64_t longest_pause(const Rhythm& rhythm) {
  uint64_t out = kGap;  // shorter ones are not kept
  for (const Step& gap : rhythm.gaps) out = std::max(out, gap.after.ticks - gap.before.ticks);
  return out;
}

bool host_was_down(const Scene& scene, const SourceFacts& older, const SourceFacts& newer) {
  for (const Note* note : scene.notes(Interest::kHostState)) {
    if (note->time.ticks + 10 * kOneMinute >= older.rhythm.last.ticks &&
        note->time.ticks <= newer.rhythm.first.ticks + 10 * kOneMinute &&
        (note->host == older.about.host || older.about.host.empty() || note->host.empty()))
      return true;
  }
  return false;
}

// How far the time between two files exceeds what is usual in them; 0: it does not.
uint64_t unusual_gap(const Scene& scene, const SourceFacts& older, const SourceFacts& newer) {
  const Rhythm &before = older.rhythm, &after = newer.rhythm;
  if (before.last.ticks == 0 || after.first.ticks <= before.last.ticks) return 0;
  const uint64_t gap = after.first.ticks - before.last.ticks;
  if (gap < kLeastGap || older.about.events < kEnoughLines || newer.about.events < kEnoughLines) return 0;
  const uint64_t usual = std::max(longest_pause(before), longest_pause(after));
  const uint64_t mean = std::max((before.last.ticks - before.first.ticks) / older.about.events,
                                 (after.last.ticks - after.first.ticks) / newer.about.events);
  if (gap <= 3 * usual || gap <= 20 * mean || host_was_down(scene, older, newer)) return 0;
  return gap;
}

bool quarter_hours(uint64_t ticks) {  // a zone's offset, give or take a minute
  const uint64_t rest = ticks % (15 * kOneMinute);
  return ticks + kOneMinute >= 15 * kOneMinute && ticks <= 14 * 60 * kOneMinute + kOneMinute &&
         (rest <= kOneMinute || 15 * kOneMinute - rest <= kOneMinute);
}

Judged* say_between(Judge& judge, const RotatedFile& older, const RotatedFile& newer, TrackClass kind, Level level,
                    std::string summary) {
  const Rhythm &before = older.source->rhythm, &after = newer.source->rhythm;
  Judged* judged = judge.add(*older.source, kind, level);
  if (!judged) return nullptr;
  Track& track = judged->track;
  track.channel.clear();
  track.time.ticks = before.last.ticks;
  if (after.first.ticks > before.last.ticks) track.last = Timestamp{after.first.ticks};
  track.summary = (track.host.empty() ? "" : track.host + ": ") + std::move(summary);
  const auto cite_edge = [&](const SourceFacts& source, const Moment& moment) {
    if (moment.where.length != 0) judge.cite(judged, source, {moment.where});
  };
  cite_edge(*older.source, before.last);
  cite_edge(*newer.source, after.first);
  return judged;
}

// What lies between two files that could be read: `files` from newer to older.
void between_files(const Scene& scene, Judge& judge, const Rotation& rotation, const RotatedFile& newer,
                   const RotatedFile& older, size_t empty) {
  const uint64_t lost =
      rotation.dated ? 0 : older.place - newer.place - 1 - std::min<uint64_t>(empty, older.place - newer.place - 1);
  const uint64_t gap = unusual_gap(scene, *older.source, *newer.source);
  const std::string pair = older.name + " and " + newer.name;
  if (lost != 0) {
    if (scene.beside().members_unread && rotation.stem.find('!') != std::string::npos) return;  // it may be there
    Judged* judged =
        say_between(judge, older, newer, TrackClass::kLoss, gap != 0 ? Level::kMedium : Level::kLow,
                    std::to_string(lost) + (lost == 1 ? " file is" : " files are") + " missing between " + pair);
    if (!judged) return;
    judged->track.expected = "number " + std::to_string(newer.place + 1) + " behind " + std::to_string(newer.place);
    judged->track.found = "number " + std::to_string(older.place);
    judged->track.benign_causes = {"a file that was not collected"};
    return;
  }
  if (gap == 0) return;
  Judged* judged = say_between(judge, older, newer, TrackClass::kLoss, Level::kMedium,
                               "no line for " + std::to_string(gap / kOneMinute) + " minutes between " + pair +
                                   (empty == 0 ? "" : ", and an empty file there"));
  if (!judged) return;
  judged->track.expected =
      "at most " +
      std::to_string(std::max(longest_pause(older.source->rhythm), longest_pause(newer.source->rhythm)) / kOneMinute) +
      " minutes, as in these files";
  judged->track.found = std::to_string(gap / kOneMinute) + " minutes";
  judged->track.benign_causes = {"a host that was down and did not say so", "a log daemon that was stopped"};
}

void overlap_of(Judge& judge, const RotatedFile& newer, const RotatedFile& older) {
  const uint64_t end = older.source->rhythm.last.ticks, begin = newer.source->rhythm.first.ticks;
  if (end == 0 || begin == 0 || end <= begin + kOneMinute || quarter_hours(end - begin)) return;
  Judged* judged = say_between(judge, older, newer, TrackClass::kChange, Level::kLow,
                               older.name + " ends later than " + newer.name + " begins, by " +
                                   std::to_string((end - begin) / kTicksPerSecond) + " s");
  if (!judged) return;
  judged->track.expected = "an end before " + shown(begin);
  judged->track.found = shown(end);
  judged->track.benign_causes = {"a clock that was set back", "lines that came late from other hosts"};
}

// Some programs give the newest file the highest number (log4j2 unless told otherwise): nothing is said of those.
bool counts_upwards(const Rotation& rotation) {
  size_t up = 0, down = 0;
  const SourceFacts* before = nullptr;
  for (const RotatedFile& file : rotation.files) {
    if (!file.source || file.place == 0 || file.source->rhythm.first.ticks == 0) continue;
    if (before) ++(file.source->rhythm.first.ticks > before->rhythm.first.ticks ? up : down);
    before = file.source;
  }
  return !rotation.dated && up > 0 && up >= down;
}

}  // namespace

void rotated_files(const Scene& scene, Judge& judge) {
  for (const Rotation& rotation : rotations(scene.sources(), scene.beside().files)) {
    // A number alone may be a name's own; three files and more, from the first on, are a rotation.
    const bool chain = rotation.dated || (rotation.files.size() >= 3 && rotation.files.front().place <= 1);
    if (!chain || counts_upwards(rotation)) continue;
    const RotatedFile* newer = nullptr;
    size_t empty = 0;
    for (const RotatedFile& file : rotation.files) {
      if (!file.source) {
        if (!file.empty) newer = nullptr;  // what it holds is not known: nothing is said across it
        ++empty;
        continue;
      }
      if (newer && (rotation.dated || file.place > newer->place)) {
        between_files(scene, judge, rotation, *newer, file, empty);
        overlap_of(judge, *newer, file);
      }
      newer = &file;
      empty = 0;
    }
  }
}

}  // namespace sil::tracks
