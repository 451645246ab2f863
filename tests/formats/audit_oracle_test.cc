// auditd samples against libauparse (audit-userspace), the same records and fields. Built where libauparse-dev is
// there.
#include <auparse.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "bytes/file.h"
#include "ingest/reader.h"
#include "ingest/recorded_run.h"

namespace sil {
namespace {

// One event: "TYPE.field" -> values as they are written (quotes and encoding taken off by each side).
using Fields = std::map<std::string, std::multiset<std::string>>;

struct OurEvents : EventSink {
  std::vector<Fields> events;
  void on_event(const Event& event) override {
    if (event.kind->schema != "auditd") return;
    Fields& out = events.emplace_back();
    for (const LayoutField& field : event.layout->fields) {
      if (field.path.find('.') == std::string::npos || field.path.starts_with("Event.")) continue;
      std::string text;
      append_text(event.value(field), &text);
      out[field.path].insert(text);
    }
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
};

std::string undone(const std::string& raw, const char* shown) {
  if (raw.size() >= 2 && raw.front() == '"' && raw.back() == '"') return raw.substr(1, raw.size() - 2);
  return shown == nullptr ? raw : shown;
}

std::vector<Fields> their_events(const std::string& text) {
  std::vector<Fields> out;
  auparse_state_t* state = auparse_init(AUSOURCE_BUFFER, text.c_str());
  while (auparse_next_event(state) > 0) {
    Fields& fields = out.emplace_back();
    auparse_first_record(state);
    do {
      const char* type = auparse_get_type_name(state);
      auparse_first_field(state);
      do {
        const char* name = auparse_get_field_name(state);
        const char* raw = auparse_get_field_str(state);
        if (name == nullptr || raw == nullptr || std::string(name) == "type" || std::string(name) == "node") continue;
        const int kind = auparse_get_field_type(state);
        const bool encoded = kind == AUPARSE_TYPE_ESCAPED || kind == AUPARSE_TYPE_ESCAPED_KEY ||
                             kind == AUPARSE_TYPE_ESCAPED_FILE || kind == AUPARSE_TYPE_PROCTITLE;
        fields[std::string(type) + "." + name].insert(undone(raw, encoded ? auparse_interpret_field(state) : nullptr));
      } while (auparse_next_field(state) > 0);
    } while (auparse_next_record(state) > 0);
  }
  auparse_destroy(state);
  return out;
}

TEST(AuditOracle, EveryFieldThatAuparseKnowsIsOurs) {
  std::vector<Error> problems;
  size_t compared = 0;
  for (const std::string& path : list_files(SIL_FORMAT_SAMPLES "/auditd", &problems)) {
    const bool whole = path.find("hostile") == std::string::npos && path.find("truncated") == std::string::npos;
    if (!path.ends_with(".log") || !whole) continue;  // auparse gives up events before a torn record
    SCOPED_TRACE(path);
    auto text = read_whole(path, uint64_t{1} << 20);
    ASSERT_TRUE(text.has_value());
    OurEvents ours;
    ingest::MemorySource source(as_bytes(*text));
    const auto reader = ingest::find_format("auditd")->make();
    const auto scratch = reader->make_scratch();
    ingest::Piece piece;
    for (;;) {
      auto more = reader->split(source, &piece);
      ASSERT_TRUE(more.has_value());
      if (!*more) break;
      reader->read(piece, 0, *scratch, ours);
    }
    const std::vector<Fields> theirs = their_events(*text);
    ASSERT_EQ(ours.events.size(), theirs.size());
    for (size_t i = 0; i < theirs.size(); ++i) {
      for (const auto& [name, values] : theirs[i]) {
        const bool split = name.find('[') != std::string::npos;  // pieces of an argument: we give the whole
        const auto found = ours.events[i].find(name);
        if (split) continue;
        ASSERT_NE(found, ours.events[i].end()) << name;
        ++compared;
        if (name == "AVC.seperms") continue;  // it joins by commas what the record parts by blanks
        if (name.ends_with(".key") || name.ends_with(".proctitle") || name.ends_with(".saddr")) continue;
        EXPECT_EQ(found->second, values) << name;
      }
    }
  }
  EXPECT_GT(compared, 100U);
}

}  // namespace
}  // namespace sil
