#include "model/track.h"

#include <iterator>

namespace sil {
namespace {
constexpr const char* kClasses[] = {"contradiction", "loss", "change", "context"};
}  // namespace

const char* track_class_name(TrackClass what) {
  return kClasses[static_cast<size_t>(what)];
}

std::string track_id(const Track& track) {
  Sha256Stream stream;
  auto add = [&](std::string_view text) {
    stream.add(std::to_string(text.size()));
    stream.add(":");
    stream.add(text);
  };
  add(track.detector);
  for (const Citation& citation : track.citations) {
    stream.add(Bytes(citation.sha256.data(), citation.sha256.size()));
    for (const Span& span : citation.spans) add(std::to_string(span.offset) + '+' + std::to_string(span.length));
  }
  add(track.expected);
  add(track.found);
  add(track.summary);
  Sha256 digest = stream.finish();
  return hex(Bytes(digest.data(), 8));
}

}  // namespace sil
