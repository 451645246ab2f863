#include "hunt/member_entry.h"

#include <cstring>

#include "bytes/digest.h"

namespace sil::hunt {
namespace {

template <class T>
void put(T value, std::string* out) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

void put_digest(const Sha256& digest, std::string* out) {
  out->append(as_text(Bytes(digest.data(), digest.size())));
}

std::string take_text(Cursor* in) {
  return std::string(as_text(in->take(in->read<uint32_t>())));
}

Sha256 take_digest(Cursor* in) {
  Sha256 out{};
  Bytes bytes = in->take(out.size());
  if (bytes.size() == out.size()) std::memcpy(out.data(), bytes.data(), out.size());
  return out;
}

Span take_span(Cursor* in) {
  Span span;
  span.offset = in->read<uint64_t>();
  span.length = in->read<uint32_t>();
  return span;
}

void put_span(const Span& span, std::string* out) {
  put(span.offset, out);
  put(span.length, out);
}

bool read_body(Cursor in, MemberEntry* entry) {
  entry->time.ticks = in.read<uint64_t>();
  entry->time.precision = static_cast<Precision>(in.read<uint8_t>() % 6);
  entry->time.zone = static_cast<ZoneSource>(in.read<uint8_t>() % 5);
  entry->record_id = in.read<uint64_t>();
  entry->host = take_text(&in);
  entry->channel = take_text(&in);
  Citation& citation = entry->citation;
  citation.sha256 = take_digest(&in);
  for (uint32_t left = in.read<uint32_t>(); left > 0 && !in.failed(); --left) citation.spans.push_back(take_span(&in));
  for (uint32_t left = in.read<uint32_t>(); left > 0 && !in.failed(); --left) {
    std::string source = take_text(&in);
    Span span = take_span(&in);
    citation.deps.push_back({std::move(source), span, take_digest(&in)});
  }
  for (uint32_t left = in.read<uint32_t>(); left > 0 && !in.failed(); --left) {
    MemberUse& use = entry->uses.emplace_back();
    use.correlation = in.read<uint16_t>();
    use.member = in.read<uint16_t>();
    use.kind = static_cast<Tuple::Kind>(in.read<uint8_t>() % (Tuple::kReal + 1));
    use.value.high = in.read<uint64_t>();
    use.value.low = in.read<uint64_t>();
    use.group = take_text(&in);
  }
  return !in.failed() && in.remaining() == 0;
}

}  // namespace

uint64_t MemberEntry::identity() const {
  uint64_t offset = citation.spans.empty() ? 0 : citation.spans.front().offset;
  return hash64(Bytes(citation.sha256.data(), citation.sha256.size()), offset);
}

std::string MemberEntry::fact_text() const {
  std::string key;
  if (record_id == 0 || host.empty()) {
    put_digest(citation.sha256, &key);
    put(citation.spans.empty() ? uint64_t{0} : citation.spans.front().offset, &key);
    return key;
  }
  append_text_of_list(host, &key);
  append_text_of_list(channel, &key);
  put(record_id, &key);
  if (time.known() && time.precision == Precision::kTick)
    put(time.ticks, &key);
  else
    put_digest(citation.sha256, &key);
  return key;
}

uint64_t MemberEntry::fact() const {
  return record_id == 0 || host.empty() ? identity() : hash64(as_bytes(fact_text()));
}

void append_entry(const MemberEntry& entry, std::string* out) {
  size_t start = out->size();
  put(uint32_t{0}, out);
  put(entry.time.ticks, out);
  put(static_cast<uint8_t>(entry.time.precision), out);
  put(static_cast<uint8_t>(entry.time.zone), out);
  put(entry.record_id, out);
  append_text_of_list(entry.host, out);
  append_text_of_list(entry.channel, out);
  put_digest(entry.citation.sha256, out);
  put(static_cast<uint32_t>(entry.citation.spans.size()), out);
  for (const Span& span : entry.citation.spans) put_span(span, out);
  put(static_cast<uint32_t>(entry.citation.deps.size()), out);
  for (const Dependency& dep : entry.citation.deps) {
    append_text_of_list(dep.source_id, out);
    put_span(dep.span, out);
    put_digest(dep.sha256, out);
  }
  put(static_cast<uint32_t>(entry.uses.size()), out);
  for (const MemberUse& use : entry.uses) {
    put(use.correlation, out);
    put(use.member, out);
    put(static_cast<uint8_t>(use.kind), out);
    put(use.value.high, out);
    put(use.value.low, out);
    append_text_of_list(use.group, out);
  }
  auto length = static_cast<uint32_t>(out->size() - start - sizeof(uint32_t));
  std::memcpy(out->data() + start, &length, sizeof(length));
}

bool take_entry(std::string_view* entries, MemberEntry* entry) {
  *entry = {};
  Cursor head(as_bytes(*entries));
  Bytes body = head.take(head.read<uint32_t>());
  if (head.failed()) return false;
  entries->remove_prefix(sizeof(uint32_t) + body.size());
  return read_body(Cursor(body), entry);
}

void append_text_of_list(std::string_view text, std::string* list) {
  put(static_cast<uint32_t>(text.size()), list);
  list->append(text);
}

std::vector<std::string> texts_of_list(std::string_view list) {
  std::vector<std::string> out;
  Cursor in(as_bytes(list));
  while (in.remaining() > 0 && !in.failed()) out.push_back(take_text(&in));
  return out;
}

}  // namespace sil::hunt
