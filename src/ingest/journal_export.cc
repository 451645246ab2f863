#include "ingest/journal_export.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "ingest/line_emit.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

struct ExportField {
  enum class Kind : uint8_t { kField, kEnd, kDamage, kOpen } kind = Kind::kOpen;  // kOpen: the bytes end inside it
  std::string_view key, value;
};

// The next line, or binary field, at *at; moves behind it.
ExportField next_field(std::string_view text, size_t* at) {
  ExportField out;
  const size_t end = text.find('\n', *at);
  if (end == std::string_view::npos) return out;
  const std::string_view line = text.substr(*at, end - *at);
  if (line.empty()) {
    *at = end + 1;
    out.kind = ExportField::Kind::kEnd;
    return out;
  }
  const size_t equals = line.find('=');
  if (equals != std::string_view::npos) {
    *at = end + 1;
    out.key = line.substr(0, equals);
    out.value = line.substr(equals + 1);
    out.kind = is_key(out.key) ? ExportField::Kind::kField : ExportField::Kind::kDamage;
    return out;
  }
  if (!is_key(line)) {
    *at = end + 1;
    out.kind = ExportField::Kind::kDamage;
    return out;
  }
  if (text.size() - end - 1 < 8) return out;
  const auto length = load_le<uint64_t>(reinterpret_cast<const uint8_t*>(text.data()) + end + 1);
  if (length >= text.size() - end - 9) return out;  // data and its line break
  out.key = line;
  out.value = text.substr(end + 9, length);
  *at = end + 9 + length + 1;
  out.kind = text[*at - 1] == '\n' ? ExportField::Kind::kField : ExportField::Kind::kDamage;
  return out;
}

class JournalExportReader final : public LineCutter {
 protected:
  [[nodiscard]] const char* overlong() const override { return "a journal entry longer than 16 MiB was passed over"; }
  void take(Bytes all, const LineState&, LineScratch& own, LineEmitter& emitter) const override {
    const std::string_view text = as_text(all);
    size_t at = 0, start = 0;
    own.record.clear();
    while (at < text.size()) {
      const size_t here = at;
      const ExportField field = next_field(text, &at);
      if (field.kind == ExportField::Kind::kOpen) {
        // The last line of a file may lack its line break.
        const std::string_view rest = text.substr(here);
        const size_t equals = rest.find('=');
        const bool line = rest.find('\n') == std::string_view::npos && equals != std::string_view::npos &&
                          is_key(rest.substr(0, equals));
        if (line) own.record.add(rest.substr(0, equals), rest.substr(equals + 1));
        emitter.anomaly(AnomalyKind::kTruncated, Level::kLow, all.subspan(here),
                        "the journal export ends inside an entry", "an empty line behind the entry",
                        glimpse(all.subspan(here)));
        at = text.size();
      } else if (field.kind == ExportField::Kind::kDamage) {
        emitter.anomaly(AnomalyKind::kUnreadable, Level::kLow, all.subspan(here, at - here),
                        "a line of a journal export that is no field", "KEY=value",
                        glimpse(all.subspan(here, at - here)));
      } else if (field.kind == ExportField::Kind::kField) {
        own.record.add(field.key, field.value);
      } else {
        entry(all.subspan(start, here - start), own, emitter);
        start = at;
      }
    }
    entry(all.subspan(start), own, emitter);
  }
  size_t cut(Bytes held) const override {
    const std::string_view text = as_text(held);
    size_t at = 0, whole = 0;
    while (at < text.size()) {
      const ExportField field = next_field(text, &at);
      if (field.kind == ExportField::Kind::kOpen) break;
      if (field.kind == ExportField::Kind::kEnd) whole = at;
    }
    return whole;
  }

 private:
  static void entry(Bytes bytes, LineScratch& own, LineEmitter& emitter) {
    if (!own.record.fields.empty()) {
      own.record.schema = &taxonomy::kJournald;
      emitter.emit(bytes, bytes);
    }
    own.record.clear();
  }
};

}  // namespace

Sniff sniff_journal_export(Bytes head, std::string_view) {
  const std::string_view text = as_text(head).substr(0, 4096);
  if (text.starts_with("__CURSOR=") && text.find("\n__REALTIME_TIMESTAMP=") != std::string_view::npos)
    return {96, "content"};
  if (text.starts_with("__REALTIME_TIMESTAMP=") || text.find("\n__REALTIME_TIMESTAMP=") != std::string_view::npos)
    return {70, "content"};
  return {};
}

std::unique_ptr<Reader> make_journal_export_reader() {
  return std::make_unique<JournalExportReader>();
}

}  // namespace sil::ingest
