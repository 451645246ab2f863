#include "tracks/processes.h"

#include <algorithm>

#include "bytes/digest.h"
#include "bytes/text.h"
#include "tracks/notes.h"

namespace sil::tracks {
namespace {

constexpr const char* kFields[kProcessTexts] = {"User", "LogonId", "CommandLine", "ParentImage"};  // as ProcessText

}  // namespace

void ProcessPage::add(const Event& event) {
  const size_t begin = texts_.size();
  append_folded_text(event.find("ProcessGuid"), &texts_);
  clip_text(begin, &texts_);
  if (texts_.size() == begin) return;
  Entry& entry = entries_.emplace_back();
  entry.hash = hash64(std::string_view(texts_).substr(begin));
  entry.begin = begin;
  entry.guid = static_cast<uint16_t>(texts_.size() - begin);
  entry.where = event.where;
  for (size_t i = 0; i < kProcessTexts; ++i) {
    const size_t before = texts_.size();
    append_text(event.find(kFields[i]), &texts_);
    clip_text(before, &texts_);
    entry.lengths[i] = static_cast<uint16_t>(texts_.size() - before);
  }
}

void Processes::add(const ProcessPage& page, uint32_t source) {
  pages_.emplace_back(&page, source);
}

const std::vector<Processes::Place>& Processes::in_order() const {
  std::call_once(put_in_order_, [&] {
    size_t entries = 0;
    for (const auto& [page, source] : pages_) entries += page->entries_.size();
    by_guid_.reserve(entries);
    for (const auto& [page, source] : pages_) {
      for (uint32_t i = 0; i < page->entries_.size(); ++i)
        by_guid_.push_back({page->entries_[i].hash, page, i, source});
    }
    std::ranges::stable_sort(by_guid_, {}, &Place::hash);
  });
  return by_guid_;
}

const Processes::Place* Processes::find(std::string_view guid) const {
  const std::string key = folded(guid);
  const uint64_t hash = hash64(key);
  const auto found = std::ranges::lower_bound(in_order(), hash, {}, &Place::hash);
  if (found == by_guid_.end() || found->hash != hash) return nullptr;
  const ProcessPage::Entry& entry = found->page->entries_[found->entry];
  return found->page->texts_.compare(entry.begin, entry.guid, key) == 0 ? &*found : nullptr;
}

std::string Processes::text(std::string_view guid, ProcessText which) const {
  const Place* found = find(guid);
  if (!found) return {};
  const ProcessPage::Entry& entry = found->page->entries_[found->entry];
  size_t at = entry.begin + entry.guid;
  for (size_t i = 0; i < static_cast<size_t>(which); ++i) at += entry.lengths[i];
  return found->page->texts_.substr(at, entry.lengths[static_cast<size_t>(which)]);
}

std::optional<std::pair<uint32_t, Span>> Processes::place(std::string_view guid) const {
  const Place* found = find(guid);
  if (!found) return {};
  return std::pair(found->source, found->page->entries_[found->entry].where);
}

}  // namespace sil::tracks
