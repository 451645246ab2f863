// Every detector's citation, opened as with a hex viewer: what a track says was expected and found is derived again
// from the bytes it cites, by other code than the detectors' - the writer's walk over records, numbers and texts read
// by hand. A citation that is off by one byte derives something else, or nothing: each is moved to see that.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "bytes/file.h"
#include "bytes/short_hash.h"
#include "evtx_writer/plant_walk.h"
#include "model/timestamp.h"
#include "tamper/bench_run.h"
#include "tamper/citation_scenes.h"
#include "tracks/registry.h"

namespace sil::tamper {
namespace {

using evtx_writer::WalkedRecord;
using evtx_writer::WalkedValue;

struct Told {
  std::string expected, found;
  bool operator==(const Told&) const = default;
};

std::string hex_of(uint64_t offset) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(offset));
  return text;
}
std::string second_of(uint64_t ticks) {
  std::string out;
  append_rfc3339(ticks, 0, &out);
  out[10] = ' ';
  return out.substr(0, 19);
}

// A track and the files it speaks of. Whatever is not as it must be where the citation says makes it `wrong`.
class Opened {
 public:
  Opened(const CitedScene& scene, const Track& about) : track(about), scene_(scene) {}
  const Track& track;
  bool wrong = false;

  const std::vector<uint8_t>& file(size_t citation = 0) {
    static const std::vector<uint8_t> kNone;
    if (citation >= track.citations.size() || track.citations[citation].source >= scene_.files.size())
      return must(false), kNone;
    return scene_.files[track.citations[citation].source].bytes;
  }
  Span span(size_t index = 0, size_t citation = 0) {
    if (citation >= track.citations.size() || index >= track.citations[citation].spans.size())
      return must(false), Span{};
    return track.citations[citation].spans[index];
  }
  template <class T>
  T at(uint64_t offset, size_t citation = 0) {
    const auto& bytes = file(citation);
    if (offset + sizeof(T) > bytes.size()) return must(false), T{};
    return load_le<T>(bytes.data() + offset);
  }
  void must(bool holds) { wrong = wrong || !holds; }

  static uint64_t chunk_of(uint64_t offset) { return offset < 4096 ? 0 : 4096 + (offset - 4096) / 65536 * 65536; }
  std::vector<WalkedRecord> chunk(uint64_t offset, size_t citation = 0) {
    const auto& bytes = file(citation);
    const uint64_t begin = chunk_of(offset);
    if (begin == 0 || begin + 65536 > bytes.size()) return must(false), std::vector<WalkedRecord>{};
    return evtx_writer::walk_chunk(bytes.data() + begin);
  }
  // The record that the span is, from its first to its last byte.
  WalkedRecord record(Span where, size_t citation = 0) {
    must(at<uint32_t>(where.offset, citation) == 0x2a2a && at<uint32_t>(where.offset + 4, citation) == where.length &&
         at<uint32_t>(where.offset + where.length - 4, citation) == where.length);
    for (const WalkedRecord& one : chunk(where.offset, citation))
      if (chunk_of(where.offset) + one.offset == where.offset && one.size == where.length) return one;
    return must(false), WalkedRecord{};
  }
  uint64_t value(Span where, const WalkedRecord& record, size_t slot, size_t citation = 0) {
    if (slot >= record.outer.size()) return must(false), 0;
    const WalkedValue& one = record.outer[slot];
    const uint64_t offset = chunk_of(where.offset) + one.offset;
    return one.size == 2 ? at<uint16_t>(offset, citation) : at<uint64_t>(offset, citation);
  }
  uint64_t id(Span where, const WalkedRecord& record, size_t citation = 0) {
    return value(where, record, 10, citation);
  }
  uint64_t time(Span where, const WalkedRecord& record, size_t citation = 0) {
    return value(where, record, 6, citation);
  }
  std::string text(Span where, const WalkedValue& value, size_t citation = 0) {
    std::string out;
    for (uint32_t i = 0; i + 1 < value.size; i += 2)
      if (const char c = static_cast<char>(at<uint8_t>(chunk_of(where.offset) + value.offset + i, citation)); c != 0)
        out += c;
    return out;
  }
  // All texts of the cited records.
  std::set<std::string> texts() {
    std::set<std::string> out;
    for (size_t c = 0; c < track.citations.size(); ++c) {
      const Span where = span(0, c);
      const WalkedRecord one = record(where, c);
      for (const auto* values : {&one.outer, &one.inner})
        for (const WalkedValue& value : *values) out.insert(text(where, value, c));
    }
    return out;
  }
  // The line that the span is: behind a line break or the beginning, before a line break or the end.
  std::string line(size_t citation, size_t index = 0) {
    const Span where = span(index, citation);
    const auto& bytes = file(citation);
    if (where.offset + where.length > bytes.size() || where.length == 0) return must(false), "";
    uint64_t end = where.offset + where.length;
    if (bytes[end - 1] == '\n') --end;
    must((where.offset == 0 || bytes[where.offset - 1] == '\n') && (end == bytes.size() || bytes[end] == '\n'));
    std::string out(bytes.begin() + static_cast<std::ptrdiff_t>(where.offset),
                    bytes.begin() + static_cast<std::ptrdiff_t>(end));
    must(out.find('\n') == std::string::npos);
    return out;
  }
  size_t count(size_t citation, const std::string& word) {
    const std::string all(as_text(Bytes(file(citation))));
    size_t out = 0;
    for (size_t at = all.find(word); at != std::string::npos; at = all.find(word, at + 1)) ++out;
    return out;
  }

 private:
  const CitedScene& scene_;
};

std::string between(const std::string& text, const std::string& before, const std::string& behind) {
  const size_t begin = text.find(before);
  if (begin == std::string::npos) return "";
  const size_t from = begin + before.size(), end = text.find(behind, from);
  return text.substr(from, end == std::string::npos ? end : end - from);
}

// ---- structure ------------------------------------------------------------------------------------------------
void header(Opened& o) {
  o.must(o.span() == Span{0, 128} && o.at<uint64_t>(o.span().offset) == 0x00656c6946666c45);
}

// How many records of the file differ from their headers in time, and in id.
std::string differences(Opened& o) {
  size_t records = 0, times = 0, ids = 0;
  for (uint64_t chunk = 4096; chunk + 65536 <= o.file().size(); chunk += 65536) {
    const auto free = o.at<uint32_t>(chunk + 48), sum = o.at<uint32_t>(chunk + 52);
    if (o.at<uint32_t>(chunk) != 0x43666c45 || crc32(Bytes(o.file()).subspan(chunk + 512, free - 512)) != sum) continue;
    for (const WalkedRecord& record : o.chunk(chunk)) {
      const Span where{chunk + record.offset, record.size};
      ++records;
      times += o.at<uint64_t>(where.offset + 16) != o.time(where, record);
      ids += record.id != o.id(where, record);
    }
  }
  const std::string of = " of " + std::to_string(records);
  return "the header time differs from TimeCreated in " + std::to_string(times) + of +
         " records, the header id from EventRecordID in " + std::to_string(ids) + of;
}

Told kind(Opened& o) {
  header(o);
  const bool channel = o.track.summary.find("channel file") != std::string::npos;
  const std::string few = o.track.summary.find("unclear") != std::string::npos ? "too few records; " : "";
  return {channel
              ? "cannot be excluded: records cut from the end and zeroed, a record taken out of the newest chunk, a "
                "value rewritten with its checksum repaired, both times of a record changed alike"
              : "cannot be excluded: anything that left no trace before this file was made from its source",
          few + differences(o)};
}

Told r1(Opened& o) {
  const Span span = o.span();
  const WalkedRecord record = o.record(span);
  return {"the content of the record at " + hex_of(span.offset) + " ends 0 to 7 bytes before " +
              hex_of(span.offset + record.size - 4),
          "it ends at " + hex_of(span.offset + record.end - record.offset)};
}
Told r2(Opened& o) {
  const Span span = o.span();
  o.must(o.at<uint32_t>(span.offset) == 0x2a2a && o.at<uint32_t>(span.offset + 4) == span.length);
  std::string outer;
  for (const WalkedRecord& one : o.chunk(span.offset)) {
    const uint64_t begin = Opened::chunk_of(span.offset) + one.offset;
    if (begin < span.offset && span.offset + span.length == begin + one.size) outer = hex_of(begin);
  }
  return {"no record inside the record at " + outer,
          std::to_string(o.at<uint32_t>(span.offset + 4)) + " bytes at " + hex_of(span.offset)};
}
Told r3(Opened& o) {
  const Span span = o.span();
  const uint32_t size = o.at<uint32_t>(span.offset + 20);
  o.must(size + 24 == span.length);
  // Where its tokens end: at the end token before the values of the record that was swallowed, told by its head: the
  // count of values and the first descriptor are what a definition's end never is, so the detector's place must be one
  // behind an end token that closes an element.
  const uint64_t end = std::strtoull(between(o.track.found, "at ", " ").c_str(), nullptr, 16);
  o.must(end > span.offset + 24 && end < span.offset + span.length && o.at<uint8_t>(end - 1) == 0 &&
         (o.at<uint8_t>(end - 2) == 4 || o.at<uint8_t>(end - 2) == 3));
  return {"the definition at " + hex_of(span.offset) + " ends at " + hex_of(span.offset + 24 + size),
          "its tokens end at " + hex_of(end)};
}
Told r4(Opened& o) {
  const Span span = o.span();
  uint64_t end = 0, stated = 0;
  for (const WalkedRecord& record : o.chunk(span.offset)) {
    if (record.outer.empty() || record.inner.empty()) continue;
    const WalkedValue &body = record.outer.back(), &last = record.inner.back();
    if (Opened::chunk_of(span.offset) + body.offset != span.offset || body.size != span.length) continue;
    stated = span.offset + body.size;
    end = Opened::chunk_of(span.offset) + last.offset + last.size;
    end += o.at<uint8_t>(end) == 0;  // its end token
  }
  return {"the fragment at " + hex_of(span.offset) + " ends at " + hex_of(stated), "its tokens end at " + hex_of(end)};
}
Told r5(Opened& o) {
  const Span span = o.span();
  o.must(o.at<uint32_t>(span.offset) == 0x2a2a && o.at<uint32_t>(span.offset + 4) == span.length);
  uint64_t token = span.offset + 24;
  while ((o.at<uint8_t>(token) & 0x3f) != 0x0b && token < span.offset + span.length) ++token;
  return {"no token 0a or 0b at the top level of a record", "one at " + hex_of(token)};
}
Told r6(Opened& o) {
  const Span span = o.span();
  const WalkedRecord record = o.record(span);
  return {"TimeCreated " + rfc3339({o.at<uint64_t>(span.offset + 16)}) + " as in the record's header",
          "TimeCreated " + rfc3339({o.time(span, record)})};
}
Told r7(Opened& o) {
  const Span span = o.span();
  const uint32_t units = o.at<uint16_t>(span.offset + 6);
  o.must(2 * units + 10 == span.length);
  uint32_t hash = 0;
  for (uint32_t i = 0; i < units; ++i) hash = hash * 65599 + o.at<uint16_t>(span.offset + 8 + 2 * i);
  return {std::to_string(hash & 0xffff) + " for the name at " + hex_of(span.offset),
          std::to_string(o.at<uint16_t>(span.offset + 4))};
}
Told r8(Opened& o) {
  const Span span = o.span();
  const uint64_t chunk = Opened::chunk_of(span.offset), place = o.at<uint32_t>(span.offset);
  o.must(span.length == 4 && (span.offset - chunk - 384) % 4 == 0 && place >= o.at<uint32_t>(chunk + 48));
  return {"a definition inside a record", "one at " + hex_of(chunk + place)};
}
Told r9(Opened& o) {
  const Span chunk = o.span(), next = o.span(1);
  o.must(o.at<uint32_t>(chunk.offset) == 0x43666c45 && o.at<uint32_t>(next.offset) == 0x2a2a && chunk.length == 128);
  o.must(next.offset == Opened::chunk_of(next.offset) + 512);
  const uint32_t free = o.at<uint32_t>(chunk.offset + 48), size = o.at<uint32_t>(next.offset + 4);
  // The next record without what the chunk held already: at most all of it, at least what stands outside definitions.
  const uint64_t need = std::strtoull(between(o.track.expected, "than ", " ").c_str(), nullptr, 10) - 64;
  o.must(need <= size && need + o.at<uint32_t>(next.offset + 24 + 14 + 20) + 24 + 4000 > size);
  return {"less than " + std::to_string(need + 64) + " bytes free, the next record's size, behind " +
              hex_of(chunk.offset + free),
          std::to_string(65536 - free) + " bytes free"};
}
Told r10(Opened& o) {
  const Span before = o.span(), after = o.span(1);
  o.must(o.at<uint32_t>(before.offset) == 0x2a2a && o.at<uint32_t>(after.offset) == 0x2a2a);
  return {"record " + std::to_string(o.at<uint64_t>(before.offset + 8) + 1),
          "record " + std::to_string(o.at<uint64_t>(after.offset + 8))};
}
Told r11(Opened& o) {
  size_t jumps = 0;
  for (size_t i = 0; i + 1 < o.track.citations.at(0).spans.size(); i += 2) {
    const Span before = o.span(i), after = o.span(i + 1);
    jumps += o.id(after, o.record(after)) > o.id(before, o.record(before)) + 1;
  }
  return {"EventRecordIDs that number on", std::to_string(jumps) + " jumps"};
}
Told r12(Opened& o) {
  header(o);
  return {"a channel file: header ids and times equal to those of the events", differences(o)};
}
Told r13(Opened& o) {
  const Span span = o.span();
  o.must(o.at<uint64_t>(span.offset) == 0x006b6e6843666c45 && span.length == 128);
  const std::string id = std::to_string(o.at<uint64_t>(span.offset + 24));
  return {"record number " + id + " for record id " + id + " in a log that was never cleared",
          "record number " + std::to_string(o.at<uint64_t>(span.offset + 8))};
}
Told r14(Opened& o) {
  header(o);
  const Span chunk = o.span(0, 1), last = o.span(1, 1);
  o.must(o.at<uint64_t>(chunk.offset) == 0x006b6e6843666c45 && o.at<uint32_t>(last.offset) == 0x2a2a);
  return {
      "next record id " + std::to_string(o.at<uint64_t>(last.offset + 8) + 1) + ", last chunk " +
          std::to_string((chunk.offset - 4096) / 65536),
      "next record id " + std::to_string(o.at<uint64_t>(24)) + ", last chunk " + std::to_string(o.at<uint64_t>(16))};
}
Told r15(Opened& o) {
  const Span sum = o.span(), covered = o.span(1);
  const uint64_t chunk = Opened::chunk_of(sum.offset);
  o.must(sum == Span{chunk + 52, 4} && covered == Span{chunk + 512, o.at<uint32_t>(chunk + 48) - 512});
  const bool holds = crc32(Bytes(o.file()).subspan(covered.offset, covered.length)) == o.at<uint32_t>(sum.offset);
  return {"at " + hex_of(sum.offset) + " the CRC-32 of the bytes it covers", holds ? "that value" : "another value"};
}
Told r16(Opened& o) {
  const auto& spans = o.track.citations.at(0).spans;
  const Span head = o.span(0, 1);
  o.must(o.at<uint64_t>(head.offset) == 0x006b6e6843666c45 && head.length == 128);
  for (const Span& span : spans) o.must(o.at<uint32_t>(span.offset + span.length - 4) == span.length);
  for (const Span& span : spans) o.must(o.at<uint32_t>(span.offset) == 0x2a2a);
  return {"no whole record between " + hex_of(head.offset + o.at<uint32_t>(head.offset + 48)) + " and " +
              hex_of(head.offset + 65536),
          std::to_string(spans.size()) + (spans.size() == 1 ? " record" : " records") + ", ids " +
              std::to_string(o.at<uint64_t>(spans.front().offset + 8)) + " to " +
              std::to_string(o.at<uint64_t>(spans.back().offset + 8))};
}
Told r17(Opened& o) {
  const Span span = o.span();
  const Bytes bytes = Bytes(o.file()).subspan(span.offset, span.length);
  o.must(bytes.front() != 0 && bytes.back() != 0);
  return {"zeros", std::to_string(std::ranges::count_if(bytes, [](uint8_t byte) { return byte != 0; })) +
                       " other bytes from " + hex_of(span.offset)};
}
Told r18(Opened& o) {
  const Span chunk = o.span(), copy = o.span(1), next = o.span(2);
  o.must(o.at<uint64_t>(chunk.offset) == 0x006b6e6843666c45 && o.at<uint32_t>(next.offset) == 0x2a2a);
  const uint64_t ends = chunk.offset + o.at<uint32_t>(chunk.offset + 48), id = o.at<uint64_t>(next.offset + 8);
  // The cited bytes: from where the records end to behind the copy's first ten, its instance's head.
  const uint64_t begin = copy.offset + copy.length - 38, token = begin + 28;
  o.must(copy.offset == ends && o.at<uint32_t>(begin + 24) == 0x0001010f && o.at<uint8_t>(token) == 0x0c);
  uint64_t table = token + 10;
  if (chunk.offset + o.at<uint32_t>(token + 6) == table) table += 24 + o.at<uint32_t>(table + 20);
  uint64_t at = table + 4 + 4 * uint64_t{o.at<uint32_t>(table)};
  for (uint64_t slot = 0; slot < 10; ++slot) at += o.at<uint16_t>(table + 4 + 4 * slot);
  const std::string own = std::to_string(id);
  return {"the abandoned copy of record " + own + " at " + hex_of(ends) +
              ", where the chunk's records end, naming id " + own,
          "it at " + hex_of(begin) + ", naming id " + std::to_string(o.at<uint64_t>(at))};
}

// ---- events of Windows ----------------------------------------------------------------------------------------
// "CHANNEL event ID; command: X; started by Y; logon Z; ...": channel and id from the first record's System, each text
// as it stands in one of the cited records.
Told event(Opened& o, const std::string& expected) {
  const Span span = o.span();
  const WalkedRecord first = o.record(span);
  if (first.outer.size() < 17) return o.must(false), Told{};
  const std::set<std::string> texts = o.texts();
  std::string found = o.text(span, first.outer[16]) + " event " + std::to_string(o.value(span, first, 3));
  for (size_t at = o.track.found.find("; "); at != std::string::npos;) {
    const size_t next = o.track.found.find("; ", at + 2);
    const std::string part = o.track.found.substr(at + 2, next == std::string::npos ? next : next - at - 2);
    std::string told;
    for (const std::string& text : texts) {
      std::string low = text;
      for (char& c : low) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      for (const std::string& form : {"command: " + text, "started by " + text, "logon " + text, "key " + low})
        if (!text.empty() && form == part) told = form;
      Timestamp time;
      if (parse_rfc3339(text, &time) && "time " + second_of(time.ticks) == part) told = part;
    }
    o.must(!told.empty());
    found += "; " + told;
    at = next;
  }
  return {expected, found};
}
Told e9(Opened& o) {
  Told out = event(o, "");
  const Span span = o.span();
  const WalkedRecord record = o.record(span);
  out.expected = "creation time " + (record.inner.size() > 4 ? o.text(span, record.inner[4]) : "");
  return out;
}
Told t1(Opened& o) {
  const Span before = o.span(), after = o.span(1);
  return {"a time not before " + second_of(o.time(before, o.record(before))),
          second_of(o.time(after, o.record(after)))};
}
Told t2(Opened& o) {
  Told out = event(o, "");
  const Span span = o.span();
  const WalkedRecord record = o.record(span);
  Timestamp before;
  o.must(record.inner.size() > 3 && parse_rfc3339(o.text(span, record.inner[3]), &before));
  out.expected = "time " + second_of(before.ticks);
  return out;
}
Told t5(Opened& o) {
  uint64_t from = 0, to = UINT64_MAX;
  for (size_t c = 0; c < o.track.citations.size(); ++c) {
    from = std::max(from, o.time(o.span(0, c), o.record(o.span(0, c), c), c));
    to = std::min(to, o.time(o.span(1, c), o.record(o.span(1, c), c), c));
  }
  return {"events at each log's usual pace, or a shutdown or sleep at the edge",
          "none between " + second_of(from) + " and " + second_of(to)};
}

// ---- lines ----------------------------------------------------------------------------------------------------
uint64_t serial_of(const std::string& line) {
  return std::strtoull(between(line, ".001:", ")").c_str(), nullptr, 10);
}
Told l1(Opened& o) {
  const uint64_t before = serial_of(o.line(0)), after = serial_of(o.line(1));
  return {"serial " + std::to_string(before + 1) + " behind " + std::to_string(before),
          "serial " + std::to_string(after)};
}
Told l2(Opened& o) {
  const std::string line = o.line(0);
  return {"auditing that goes on while the host is up",
          between(line, "type=", " ") + " op=" + between(line, "op=", " ") + " auid=" + between(line, "auid=", " ")};
}
Told l3(Opened& o) {
  const auto seconds = [&](Span span, size_t citation) { return o.at<uint32_t>(span.offset + 340, citation); };
  for (const Citation& citation : o.track.citations)
    for (const Span& span : citation.spans) o.must(span.offset % 384 == 0 && span.length == 384);
  if (o.track.citations.size() == 2)
    return {std::to_string(seconds(o.span(0, 1), 1)) + " or later", std::to_string(seconds(o.span(), 0))};
  uint64_t zeros = 0;
  for (const Span& span : o.track.citations.at(0).spans)
    zeros += static_cast<uint64_t>(std::ranges::count(Bytes(o.file()).subspan(span.offset, span.length), 0));
  return {"a login record at " + hex_of(o.span().offset), std::to_string(zeros) + " zero bytes"};
}
Told l4(Opened& o) {
  o.line(0, 0);
  const std::string line = o.line(0, 1);
  return {"logs and histories that are left alone",
          between(line, "a0=\"", "\"") + " " + between(line, "a1=\"", "\"") + " " + between(line, "a2=\"", "\"")};
}
Told l6(Opened& o) {
  o.must(o.line(1).find("Started rsyslog") != std::string::npos);
  return {"a service that writes logs as long as the host is up", between(o.line(0), "systemd[1]: ", "\n")};
}
// An entry as journalctl exports it, from its cursor on.
std::string exported(Opened& o, size_t citation = 0) {
  const Span where = o.span(0, citation);
  const auto& bytes = o.file(citation);
  if (where.offset + where.length > bytes.size()) return o.must(false), "";
  const std::string text(as_text(Bytes(bytes).subspan(where.offset, where.length)));
  o.must(text.starts_with("__CURSOR=s=") && text.find("__CURSOR=", 1) == std::string::npos);
  return text;
}
Told l7(Opened& o) {
  const uint64_t before = std::strtoull(between(exported(o, 0), ";i=", ";").c_str(), nullptr, 16),
                 after = std::strtoull(between(exported(o, 1), ";i=", ";").c_str(), nullptr, 16);
  return {"entry " + std::to_string(before + 1) + " behind " + std::to_string(before),
          "entry " + std::to_string(after)};
}
Told l9(Opened& o) {
  const std::string text = exported(o);
  uint64_t all = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string field = text.substr(at, end - at);
    if (!field.empty() && !field.starts_with("__")) all ^= lookup3(as_bytes(field));
    at = end + 1;
  }
  char digits[17];
  std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(all));
  return {"x=" + between(text, ";x=", "\n"), std::string("x=") + digits};
}
// A time, and the command behind it where both are cited.
uint64_t time_typed(Opened& o, size_t citation) {
  const Span where = o.span(0, citation);
  const std::vector<uint8_t>& bytes = o.file(citation);
  const uint64_t end = where.offset + where.length;
  o.must(end <= bytes.size() && where.length >= 11);
  if (o.wrong) return 0;
  o.must((where.offset == 0 || bytes[where.offset - 1] == '\n') && bytes[where.offset] == '#');
  o.must(end == bytes.size() || bytes[end] == '\n');
  const std::string digits(bytes.begin() + static_cast<std::ptrdiff_t>(where.offset) + 1,
                           bytes.begin() + static_cast<std::ptrdiff_t>(where.offset) + 11);
  return std::strtoull(digits.c_str(), nullptr, 10);
}
Told l8(Opened& o) {
  const uint64_t time = time_typed(o, 0);
  if (o.track.citations.size() == 1) {
    o.must(o.span().length == 11);
    return {"a command behind " + std::to_string(time), "another time"};
  }
  const auto shown = [](uint64_t seconds) { return second_of(kUnixEpochTicks + seconds * kTicksPerSecond); };
  return {"a time not before " + shown(time), shown(time_typed(o, 1))};
}
Told l10(Opened& o) {
  const uint64_t before = std::strtoull(between(o.line(0), "sequenceId=\"", "\"").c_str(), nullptr, 10),
                 after = std::strtoull(between(o.line(1), "sequenceId=\"", "\"").c_str(), nullptr, 10);
  return {"number " + std::to_string(before + 1) + " behind " + std::to_string(before),
          "number " + std::to_string(after)};
}
// Of March 2024, as the lines begin.
uint64_t minute_of(Opened& o, const std::string& line) {
  o.must(line.starts_with("2024-03-") && line.size() > 16);
  if (o.wrong) return 0;
  const auto two = [&](size_t at) { return std::strtoull(line.substr(at, 2).c_str(), nullptr, 10); };
  return (two(8) * 24 + two(11)) * 60 + two(14);
}
Told l11(Opened& o) {
  const uint64_t before = minute_of(o, o.line(0)), after = minute_of(o, o.line(1));
  const uint64_t end = o.span().offset + o.span().length;
  o.must(o.span(0, 1).offset == 0 && end + 1 >= o.file().size());  // the last line and the first
  return {"at most 10 minutes, as in these files", std::to_string(after - before) + " minutes"};
}
Told l12(Opened& o) {
  o.must(o.line(1).find(" lost ") != std::string::npos);
  return {"all lines", between(o.line(0), "rsyslogd[8]: ", "\n")};
}
Told d1(Opened& o) {
  o.must(o.line(1).find("Login permitted from 203.0.113.9/") != std::string::npos);
  return {"logs of the device that are kept and sent on", between(o.line(0), "executed the '", "'")};
}
// Sessions that both logs have, and those that the second has not, told by their ports.
std::pair<size_t, size_t> shared_ports(Opened& o, size_t all, size_t some) {
  size_t both = 0, one = 0;
  for (uint64_t port = 40'000; port < 40'120; ++port) {
    const std::string number = std::to_string(port);
    if (o.count(all, number) == 0) continue;
    (o.count(some, "port " + number + " ") != 0 ? both : one) += 1;
  }
  return {both, one};
}
Told w3(Opened& o) {
  const auto [both, missing] = shared_ports(o, 0, 2);
  const std::string ports[] = {"\"src_port\":40060,", "\"src_port\":40074,", "port 40059 ", "port 40075 "};
  for (size_t i = 0; i < 4; ++i) o.must(o.line(i).find(ports[i]) != std::string::npos);
  return {"some " + std::to_string(missing) + " entries with the sessions' addresses and ports: at other times " +
              std::to_string(both) + " of " + std::to_string(both) + " sessions have one",
          "none"};
}
Told l5(Opened& o) {
  const size_t last = o.track.citations.size() - 1;
  const auto [both, missing] = shared_ports(o, 0, last);
  for (size_t i = 0; i < last; ++i)
    o.must(o.line(i).find("port " + std::to_string(40'060 + i) + " ") != std::string::npos);
  o.must(o.line(last).find("port 40059 ") != std::string::npos);
  return {"each login in both: " + std::to_string(both) + " of " + std::to_string(both) + " are",
          "nothing of " + std::to_string(missing)};
}

// ---- two witnesses --------------------------------------------------------------------------------------------
Told w1(Opened& o) {
  const Span here = o.span(), there = o.span(0, 1);
  const WalkedRecord one = o.record(here), other = o.record(there, 1);
  o.must(o.id(here, one) == o.id(there, other, 1) && one.inner.size() > 1 && other.inner.size() > 1);
  if (o.wrong) return {};
  o.must(o.text(here, one.inner[1]) == o.text(there, other.inner[1], 1));
  return {"User '" + o.text(there, other.inner[0], 1) + "', as b.evtx has it",
          "User '" + o.text(here, one.inner[0]) + "'"};
}
Told w2(Opened& o) {
  const Span before = o.span(), there = o.span(0, 1), after = o.span(0, 2);
  const WalkedRecord first = o.record(before), gone = o.record(there, 1), next = o.record(after, 2);
  if (o.wrong || gone.inner.size() < 2) return o.must(false), Told{};
  return {"record " + std::to_string(o.id(there, gone, 1)) + " behind record " + std::to_string(o.id(before, first)) +
              ", User " + o.text(there, gone.inner[0], 1) + ", Path " + o.text(there, gone.inner[1], 1),
          "record " + std::to_string(o.id(after, next, 2))};
}

std::function<Told(Opened&)> of_event(const char* expected) {
  return [expected](Opened& o) { return event(o, expected); };
}
Told e3(Opened& o) {
  const bool key = o.track.found.find("; key ") != std::string::npos;
  return event(o, key ? "settings of logs that do not change towards less" : "logs that are left as they are set up");
}

const std::map<std::string, std::function<Told(Opened&)>>& derivations() {
  static const std::map<std::string, std::function<Told(Opened&)>> kAll = {
      {"class", kind},
      {"R1", r1},
      {"R2", r2},
      {"R3", r3},
      {"R4", r4},
      {"R5", r5},
      {"R6", r6},
      {"R7", r7},
      {"R8", r8},
      {"R9", r9},
      {"R10", r10},
      {"R11", r11},
      {"R12", r12},
      {"R13", r13},
      {"R14", r14},
      {"R15", r15},
      {"R16", r16},
      {"R17", r17},
      {"R18", r18},
      {"E1", of_event("a log that is not cleared")},
      {"E2", of_event("an event log service that runs while the host is up")},
      {"E3", e3},
      {"E4", of_event("no key Control\\MiniNt outside Windows PE")},
      {"E5", of_event("an audit policy that is not weakened")},
      {"E6", of_event("Sysmon that runs as it was set up")},
      {"E7", of_event("logging that stays on")},
      {"E8", of_event("logs that are not cleared")},
      {"E9", e9},
      {"T1", t1},
      {"T2", t2},
      {"T5", t5},
      {"L1", l1},
      {"L2", l2},
      {"L3", l3},
      {"L4", l4},
      {"L5", l5},
      {"L6", l6},
      {"L7", l7},
      {"L8", l8},
      {"L9", l9},
      {"L10", l10},
      {"L11", l11},
      {"L12", l12},
      {"D1", d1},
      {"W1", w1},
      {"W2", w2},
      {"W3", w3}};
  return kAll;
}

// ---- the test -------------------------------------------------------------------------------------------------
Sha256 digest_of(const CitedScene& scene, const Citation& citation) {
  Sha256Stream stream;
  for (const Span& span : citation.spans) {
    const std::vector<uint8_t>& bytes = scene.files.at(citation.source).bytes;
    if (span.offset + span.length > bytes.size()) return {};
    stream.add(Bytes(bytes).subspan(span.offset, span.length));
  }
  return stream.finish();
}

std::vector<Track> tracks_of_scene(const CitedScene& scene) {
  std::vector<std::string> paths;
  for (const SceneFile& file : scene.files) {
    paths.push_back(bench_folder() + "/" + file.name);
    EXPECT_TRUE(write_whole(paths.back(), as_text(Bytes(file.bytes))));
  }
  std::vector<Track> out = tracks_of(paths);
  for (const std::string& path : paths) std::remove(path.c_str());
  return out;
}

TEST(Citations, EveryDetectorsWordsAreDerivedAgainFromTheBytesItCites) {
  std::map<std::string, size_t> opened, moved;
  for (const CitedScene& scene : cited_scenes()) {
    for (const Track& track : tracks_of_scene(scene)) {
      SCOPED_TRACE(scene.name + ": " + track.detector + " " + track.summary);
      ASSERT_TRUE(derivations().contains(track.detector)) << "nothing derives what " << track.detector << " says";
      const auto& derive = derivations().at(track.detector);
      ASSERT_FALSE(track.citations.empty());
      for (const Citation& citation : track.citations) EXPECT_EQ(digest_of(scene, citation), citation.sha256);
      Opened o(scene, track);
      const Told again = derive(o);
      EXPECT_FALSE(o.wrong);
      EXPECT_EQ(again.expected, track.expected);
      EXPECT_EQ(again.found, track.found);
      ++opened[track.detector];
      for (size_t c = 0; c < track.citations.size(); ++c) {
        for (size_t s = 0; s < track.citations[c].spans.size(); ++s) {
          for (int64_t by : {-1, 1}) {
            Track off = track;
            Span& span = off.citations[c].spans[s];
            if (span.offset == 0 && by < 0) continue;
            span.offset = static_cast<uint64_t>(static_cast<int64_t>(span.offset) + by);
            Opened there(scene, off);
            const Told other = derive(there);
            EXPECT_TRUE(there.wrong || other != again) << "citation " << c << ", span " << s << " moved by " << by;
            ++moved[track.detector];
          }
        }
      }
    }
  }
  auto named = [&](const tracks::DetectorInfo& info) {
    EXPECT_GT(opened[info.name], 0U) << "no scene in which " << info.name << " speaks";
    EXPECT_GT(moved[info.name], 0U) << info.name;
  };
  for (const auto& row : tracks::structure_detectors()) named(row.info);
  for (const auto& row : tracks::scene_detectors()) named(row.info);
  for (const auto& row : tracks::witness_detectors()) named(row.info);
}

}  // namespace
}  // namespace sil::tamper
