#include "tracks/id_ranges.h"

#include <algorithm>
#include <utility>

namespace sil::tracks {

IdRange* IdRanges::of(const std::string& host, const std::string& channel) {
  std::string key = host + '\n' + channel;
  if (auto found = places_.find(key); found != places_.end()) return &all[found->second];
  if (all.size() == kIdRanges) {
    crowded = true;
    return nullptr;
  }
  places_.emplace(std::move(key), static_cast<uint32_t>(all.size()));
  IdRange& made = all.emplace_back();
  made.host = host;
  made.channel = channel;
  return &made;
}

void IdRanges::append(const IdRanges& next) {
  crowded = crowded || next.crowded;
  for (const IdRange& one : next.all) {
    IdRange* own = of(one.host, one.channel);
    if (!own) continue;
    own->first = std::min(own->first, one.first);
    own->last = std::max(own->last, one.last);
    own->count += one.count;
  }
}

}  // namespace sil::tracks
