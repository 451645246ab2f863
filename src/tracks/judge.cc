#include "tracks/judge.h"

#include <cstdio>

#include "bytes/digest.h"

namespace sil::tracks {
namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    size_t blank = text.find(' ');
    out.emplace_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  }
  return out;
}

}  // namespace

Judged* Judge::make(uint32_t source, TrackClass kind, Level level) {
  Count& count = counts_[{detector_->name, source}];
  if (count.listed == kTracksListed) {
    ++count.more;
    return nullptr;
  }
  ++count.listed;
  count.last = out_.size();
  Judged& judged = out_.emplace_back();
  judged.source = source;
  judged.track.detector = detector_->name;
  judged.track.kind = kind;
  judged.track.level = level;
  judged.track.attack = words(detector_->attack);
  return &judged;
}

Judged* Judge::add(const SourceFacts& source, TrackClass kind, Level level) {
  Judged* judged = make(source.index, kind, level);
  if (!judged) return nullptr;
  judged->track.host = source.about.host;
  judged->track.channel = source.channel;
  return judged;
}

Judged* Judge::add(const Note& note, TrackClass kind, Level level) {
  Judged* judged = make(note.source, kind, level);
  if (!judged) return nullptr;
  judged->track.host = note.host;
  judged->track.channel = note.channel;
  judged->track.time = note.time;
  if (note.telling) judged->track.citations.push_back(note.citation);
  return judged;
}

void Judge::cite(Judged* judged, const SourceFacts& source, std::vector<Span> spans) {
  Citation citation;
  citation.source = source.index;
  Sha256Stream stream;
  bool all = true;
  for (const Span& span : spans) {
    std::vector<uint8_t> bytes = bytes_.read(source.index, span);
    all = all && bytes.size() == span.length;
    stream.add(Bytes(bytes));
  }
  if (all) citation.sha256 = stream.finish();
  citation.spans = std::move(spans);
  judged->track.citations.push_back(std::move(citation));
}

std::vector<Judged> Judge::take() {
  for (const auto& [key, count] : counts_) {
    if (count.more == 0) continue;
    out_[count.last].track.summary += " (and " + std::to_string(count.more) + " more like it in this file)";
  }
  for (Judged& judged : out_) judged.track.id = track_id(judged.track);
  counts_.clear();
  return std::move(out_);
}

std::string shown(uint64_t ticks) {
  if (ticks == 0) return "no time";
  std::string out;
  append_rfc3339(ticks, 0, &out);
  out[10] = ' ';
  if (!out.empty() && out.back() == 'Z') out.pop_back();
  return out;
}

std::string place(const SourceFacts& source) {
  std::string channel = source.one_channel && !source.channel.empty() ? source.channel : "the log";
  std::string host = source.about.host.substr(0, source.about.host.find('.'));
  return host.empty() ? channel : channel + " on " + host;
}

std::string hex_offset(uint64_t offset) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(offset));
  return text;
}

}  // namespace sil::tracks
