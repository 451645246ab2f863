#include "flow/claim_spill.h"

#include <utility>

namespace sil::flow {
namespace {

constexpr size_t kBatch = 256;  // findings

template <class T>
void put(const T& value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string_view text, std::string* out) {
  put(static_cast<uint32_t>(text.size()), out);
  out->append(text);
}

std::string take_text(Cursor* from) {
  const Bytes bytes = from->take(from->read<uint32_t>());
  return {bytes.begin(), bytes.end()};
}

void put_span(const Span& span, std::string* out) {
  put(span.offset, out);
  put(span.length, out);
}

Span take_span(Cursor* from) {
  const auto offset = from->read<uint64_t>();
  return {offset, from->read<uint32_t>()};
}

void put_citation(const Citation& citation, std::string* out) {
  put(citation.source, out);
  put(citation.sha256, out);
  put(static_cast<uint32_t>(citation.spans.size()), out);
  for (const Span& span : citation.spans) put_span(span, out);
  put(static_cast<uint32_t>(citation.deps.size()), out);
  for (const Dependency& dep : citation.deps) {
    put_span(dep.span, out);
    put(dep.sha256, out);
    put_text(dep.source_id, out);
  }
}

void take_citation(Cursor* from, Citation* out) {
  out->source = from->read<uint32_t>();
  out->sha256 = from->read<Sha256>();
  out->spans.resize(from->read<uint32_t>());
  for (Span& span : out->spans) span = take_span(from);
  out->deps.resize(from->read<uint32_t>());
  for (Dependency& dep : out->deps) {
    dep.span = take_span(from);
    dep.sha256 = from->read<Sha256>();
    dep.source_id = take_text(from);
  }
}

}  // namespace

void ClaimSpill::add(const Finding& finding) {
  if (broken_) return;
  ++count_;
  if (!finding.rule || finding.rule->level < least_) return;
  if (finding.citations.size() != 1) {
    broken_ = true;
    return;
  }
  const auto [number, fresh] = numbers_.try_emplace(finding.rule, static_cast<uint32_t>(rules_.size()));
  if (fresh) rules_.push_back(finding.rule);
  put(number->second, &batch_);
  put(count_, &batch_);
  put(static_cast<uint8_t>(finding.joined.empty() ? 0 : 1), &batch_);
  put_citation(finding.citations.front(), &batch_);
  put(finding.time, &batch_);
  put(finding.event_id, &batch_);
  put(finding.record_id, &batch_);
  for (const std::string* text :
       {&finding.id, &finding.kind, &finding.summary, &finding.host, &finding.channel, &finding.recovered})
    put_text(*text, &batch_);
  put(static_cast<uint32_t>(finding.matched.size()), &batch_);
  for (const MatchedField& field : finding.matched) {
    put_text(field.field, &batch_);
    put_text(field.value, &batch_);
  }
  if (++in_batch_ == kBatch) end_batch();
}

void ClaimSpill::end_batch() {
  if (in_batch_ == 0 || broken_) return;
  in_batch_ = 0;
  if (!file_) {
    auto made = SpillFile::make(folder_);
    if (made) file_ = std::move(*made);
  }
  const auto at = file_ ? file_->append(as_bytes(batch_)) : Result<uint64_t>(0);
  broken_ = !file_ || !at || batch_.size() > UINT32_MAX;
  if (!broken_) batches_.push_back({*at, static_cast<uint32_t>(batch_.size())});
  batch_.clear();
}

bool ClaimSpill::for_each_batch(const std::function<void(std::string)>& visit) {
  end_batch();
  for (const Span& place : batches_) {
    if (broken_) return false;
    std::string batch(place.length, '\0');
    broken_ = !file_->read_at(place.offset, reinterpret_cast<uint8_t*>(batch.data()), batch.size());
    if (!broken_) visit(std::move(batch));
  }
  return !broken_;
}

std::vector<PlacedFinding> ClaimSpill::findings_of(const std::string& batch) const {
  std::vector<PlacedFinding> out;
  out.reserve(kBatch);
  for (Cursor from(as_bytes(batch)); from.remaining() != 0;) {
    auto& [place, finding] = out.emplace_back();
    finding.rule = rules_[from.read<uint32_t>()];
    place.rule = finding.rule->id;
    place.row = from.read<int64_t>();
    place.joined = from.read<uint8_t>() != 0;
    Citation& citation = finding.citations.emplace_back();
    take_citation(&from, &citation);
    place.source = citation.source;
    if (!citation.spans.empty()) place.at = static_cast<int64_t>(citation.spans.front().offset);
    finding.time = from.read<Timestamp>();
    finding.event_id = from.read<uint32_t>();
    finding.record_id = from.read<uint64_t>();
    for (std::string* text :
         {&finding.id, &finding.kind, &finding.summary, &finding.host, &finding.channel, &finding.recovered})
      *text = take_text(&from);
    place.recovered = !finding.recovered.empty();
    finding.matched.resize(from.read<uint32_t>());
    for (MatchedField& field : finding.matched) {
      field.field = take_text(&from);
      field.value = take_text(&from);
    }
  }
  return out;
}

}  // namespace sil::flow
