#include "ingest/auditd_lines.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "ingest/audit_processes.h"
#include "ingest/audit_record.h"
#include "ingest/json_scan.h"
#include "ingest/line_emit.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

constexpr size_t kWindow = size_t{64} << 10;  // where a piece may end
constexpr size_t kMargin = size_t{8} << 10;   // what is seen behind that end: records of one event lie close together

struct AuditLine {
  Bytes bytes;
  AuditHead head;  // type "" = foreign
  uint64_t hash = 0;
  uint32_t next = 0;  // line of the same event; 0 = none
};

bool same_event(const AuditLine& a, const AuditLine& b) {
  return a.hash == b.hash && a.head.stamp == b.head.stamp && a.head.node == b.head.node;
}

uint64_t hash_of(const AuditHead& head) {
  const uint64_t hash = XXH3_64bits(head.stamp.data(), head.stamp.size());
  return head.node.empty() ? hash : hash ^ XXH3_64bits(head.node.data(), head.node.size());
}

// All lines of some bytes, with their heads.
void take_lines(Bytes bytes, std::vector<AuditLine>* lines) {
  lines->clear();
  size_t position = 0;
  while (position < bytes.size()) {
    const void* found = std::memchr(bytes.data() + position, '\n', bytes.size() - position);
    const size_t end =
        found == nullptr ? bytes.size() : static_cast<size_t>(static_cast<const uint8_t*>(found) - bytes.data());
    size_t length = end - position;
    if (length != 0 && bytes[end - 1] == '\r') --length;
    if (length != 0) {
      AuditLine& line = lines->emplace_back();
      line.bytes = bytes.subspan(position, length);
      if (parse_audit_head(as_text(line.bytes), &line.head))
        line.hash = hash_of(line.head);
      else
        line.head = {};
    }
    position = end + 1;
  }
}

// Lines to events: for each line its first one of the same event. Open addressing, sized for the piece.
class AuditGroups {
 public:
  // first[i] = i where an event begins; lines are chained by `next`.
  void build(std::vector<AuditLine>* lines, std::vector<uint32_t>* first) {
    size_t room = 64;
    while (room < lines->size() * 2) room *= 2;
    table_.assign(room, 0);
    first->resize(lines->size());
    last_.resize(lines->size());
    uint32_t before = 0;
    for (uint32_t i = 0; i < lines->size(); ++i) {
      AuditLine& line = (*lines)[i];
      uint32_t begin = i;
      if (!line.head.type.empty()) {
        if (i != 0 && same_event((*lines)[before], line))
          begin = before;  // the common case: the line before
        else
          begin = find_or_add(*lines, i);
        before = begin;
      }
      (*first)[i] = begin;
      if (begin != i) (*lines)[last_[begin]].next = i;
      last_[begin] = i;
    }
  }

 private:
  uint32_t find_or_add(const std::vector<AuditLine>& lines, uint32_t i) {
    const size_t mask = table_.size() - 1;
    for (size_t slot = lines[i].hash & mask;; slot = (slot + 1) & mask) {
      if (table_[slot] == 0) {
        table_[slot] = i + 1;
        return i;
      }
      if (same_event(lines[table_[slot] - 1], lines[i])) return table_[slot] - 1;
    }
  }
  std::vector<uint32_t> table_, last_;
};

struct AuditScratch final : LineScratch {
  std::vector<AuditLine> lines;
  std::vector<uint32_t> first;
  AuditGroups groups;
  LineRecord parent;  // of `parent_of`
  const AuditProcess* parent_of = nullptr;
};

class AuditReader final : public LineCutter {
 public:
  std::unique_ptr<ReadScratch> make_scratch() const override { return std::make_unique<AuditScratch>(); }

 protected:
  void take(Bytes all, const LineState& state, LineScratch& scratch, LineEmitter& emitter) const override;
  size_t cut(Bytes held) const override;
  std::shared_ptr<const void> pass(Bytes piece) override { return processes_.pass(piece, offset()); }

 private:
  AuditProcesses processes_;
};

// The image and the arguments of the process that started the one of `own.record`, and where they were read.
void add_parent(const AuditProcess& process, AuditScratch* own) {
  const Bytes text = as_bytes(process.text);
  size_t at = 0;
  if (own->parent_of != &process) {  // mostly the same as the event before
    own->parent_of = &process;
    own->parent.clear();
    AuditEventBuilder builder(&own->parent);
    for (const Span& span : process.spans) {
      AuditHead head;
      if (!parse_audit_head(as_text(text.subspan(at, span.length)), &head)) continue;
      if (at == 0) builder.begin(head);
      builder.add(head);
      at += span.length;
    }
    builder.finish();
  }
  const std::string_view image = own->parent.get("exe"), line = own->parent.get("argv");
  if (image.empty()) return;
  own->record.add("ParentImage", own->record.keep(image));
  if (!line.empty()) own->record.add("ParentCommandLine", own->record.keep(line));
  at = 0;
  for (const Span& span : process.spans) {
    own->needed.emplace_back(span, text.subspan(at, span.length));
    at += span.length;
  }
}

// A piece ends where no event lies on both sides, as far as one can see; where the log is so woven that there is no
// such place, at the last line.
size_t AuditReader::cut(Bytes held) const {
  const size_t last = LineCutter::cut(held);
  if (last == 0) return 0;
  size_t from = last > kWindow ? last - kWindow : 0;
  if (from != 0) {  // at a line's beginning
    const void* found = std::memchr(held.data() + from, '\n', last - from);
    from = static_cast<size_t>(static_cast<const uint8_t*>(found) - held.data()) + 1;
  }
  std::vector<AuditLine> lines;
  std::vector<uint32_t> first;
  take_lines(held.subspan(from, last - from), &lines);
  AuditGroups groups;
  groups.build(&lines, &first);
  size_t best = 0, near = 0;
  uint32_t reach = 0;  // no event that began before reaches behind this line
  std::vector<uint32_t> end_of(lines.size());
  for (uint32_t i = 0; i < lines.size(); ++i) end_of[first[i]] = i;
  for (uint32_t i = 0; i < lines.size(); ++i) {
    const size_t here = static_cast<size_t>(lines[i].bytes.data() - held.data());
    if (i != 0 && reach < i) (last - here >= kMargin ? best : near) = here;
    if (first[i] == i) reach = std::max(reach, end_of[i]);
  }
  if (best != 0) return best;
  return near != 0 ? near : last;
}

void AuditReader::take(Bytes all, const LineState& state, LineScratch& scratch, LineEmitter& emitter) const {
  auto& own = static_cast<AuditScratch&>(scratch);
  take_lines(state.first ? all.subspan(skip_bom(all)) : all, &own.lines);
  own.groups.build(&own.lines, &own.first);
  AuditEventBuilder builder(&own.record);
  const auto* parents = static_cast<const AuditParents*>(state.own.get());
  own.parent_of = nullptr;  // those of the piece before may be gone
  for (uint32_t i = 0; i < own.lines.size(); ++i) {
    const AuditLine& line = own.lines[i];
    if (own.first[i] != i) continue;
    own.record.clear();
    own.spans.clear();
    own.needed.clear();
    const AuditProcess* parent = nullptr;
    if (line.head.type.empty()) {
      emitter.anomaly(AnomalyKind::kForeignBytes, Level::kInformational, line.bytes,
                      "a line that is no audit record stays as text", "type=.. msg=audit(..)", glimpse(line.bytes));
      own.record.add("line", as_text(line.bytes));
      emitter.emit(line.bytes, line.bytes);
      continue;
    }
    own.record.schema = &taxonomy::kAuditd;
    builder.begin(line.head);
    if (!own.record.time.known())
      emitter.anomaly(AnomalyKind::kTime, Level::kLow, line.bytes, "an audit record without time and serial",
                      "audit(seconds.milliseconds:serial)", std::string(line.head.stamp.substr(0, 32)));
    own.joined.clear();
    Bytes whole = line.bytes;
    bool woven = false;
    for (uint32_t at = i;; at = own.lines[at].next) {
      const AuditLine& part = own.lines[at];
      builder.add(part.head);
      own.spans.push_back(emitter.span_of(part.bytes));
      if (parents != nullptr && parent == nullptr && part.head.type == "SYSCALL")
        parent = find_parent(*parents, static_cast<size_t>(part.bytes.data() - all.data()));
      if (at != i) {
        woven = woven || part.bytes.data() > whole.data() + whole.size() + 2;
        whole = {whole.data(), part.bytes.data() + part.bytes.size()};
      }
      if (part.next == 0) break;
    }
    builder.finish();
    if (parent != nullptr) add_parent(*parent, &own);
    if (woven) {
      for (uint32_t at = i;; at = own.lines[at].next) {
        own.joined.append(as_text(own.lines[at].bytes)).push_back('\n');
        if (own.lines[at].next == 0) break;
      }
      const size_t size = own.joined.size();
      own.joined.append(kSlack, '\0');
      whole = as_bytes(own.joined).first(size);
    }
    emitter.emit(line.bytes, whole);
  }
  own.spans.clear();
  own.needed.clear();
}

}  // namespace

Sniff sniff_auditd(Bytes head, std::string_view) {
  size_t seen = 0, own = 0, position = skip_bom(head);
  const std::string_view text = as_text(head);
  while (position < text.size() && seen < 16) {
    const size_t end = std::min(text.find('\n', position), text.size());
    AuditHead record;
    if (end > position) {
      ++seen;
      own += parse_audit_head(text.substr(position, end - position), &record) ? 1 : 0;
    }
    position = end + 1;
  }
  if (own == 0 || own * 2 < seen) return {};
  return {static_cast<int>(90 * own / seen), "content"};
}

std::unique_ptr<Reader> make_auditd_reader() {
  return std::make_unique<AuditReader>();
}

}  // namespace sil::ingest
