#include "report/track_writer.h"

#include <algorithm>

#include "bytes/json_writer.h"
#include "report/display.h"
#include "report/escape.h"
#include "report/secrets.h"
#include "report/track_object.h"

namespace sil::report {
namespace {

class Shown {  // options and masking, shared by the forms
 public:
  explicit Shown(const ReportOptions& options) : options_(options) {}

 protected:
  [[nodiscard]] std::string shown(const std::string& text) const { return options_.show_secrets ? text : masked(text); }
  ReportOptions options_;
};

Span first_span(const Track& track) {
  return track.citations.empty() || track.citations.front().spans.empty() ? Span{}
                                                                          : track.citations.front().spans.front();
}

class Ndjson : public TrackWriter, Shown {
 public:
  using Shown::Shown;
  void append(const Track& track, const SourceSet& sources, std::string* out) const override {
    append_track_object(track, sources, options_.show_secrets, out);
    *out += '\n';
  }
};

class Json : public TrackWriter, Shown {
 public:
  using Shown::Shown;
  void append(const Track& track, const SourceSet& sources, std::string* out) const override {
    *out += ",\n";
    append_track_object(track, sources, options_.show_secrets, out);
  }
};

// In the columns of csv.cc: rule_title holds class and detector, matched what was expected and found.
class Csv : public TrackWriter, Shown {
 public:
  using Shown::Shown;
  void append(const Track& track, const SourceSet& sources, std::string* out) const override {
    const Source* source = track.citations.empty() ? nullptr : sources.at(track.citations.front().source);
    Span span = first_span(track);
    std::string attack;
    for (const std::string& id : track.attack) attack += (attack.empty() ? "" : " ") + id;
    Sha256 digest = track.citations.empty() ? Sha256{} : track.citations.front().sha256;
    const std::string cells[] = {track.time.known() ? rfc3339(track.time) : "",
                                 level_name(track.level),
                                 track.host,
                                 shown(track.summary),
                                 std::string(track_class_name(track.kind)) + ": " + track.detector,
                                 track.channel,
                                 "",
                                 "",
                                 source ? source->path : "",
                                 std::to_string(span.offset),
                                 std::to_string(span.length),
                                 digest == Sha256{} ? "" : hex(Bytes(digest.data(), digest.size())),
                                 "expected=" + shown(track.expected) + " | found=" + shown(track.found),
                                 "",
                                 attack,
                                 track.detector,
                                 track.id};
    bool first = true;
    for (const std::string& cell : cells) {
      if (!first) *out += ',';
      first = false;
      append_csv_cell(cell, out);
    }
    *out += "\r\n";
  }
};

// One line an alarm, in the columns of table.cc for wide terminals; context stays in the data forms.
class Table : public TrackWriter, Shown {
 public:
  using Shown::Shown;
  void append(const Track& track, const SourceSet&, std::string* out) const override {
    if (!track.alarm()) return;
    std::string what = shown(track.summary);
    if (!track.recovered.empty()) what += " [" + std::to_string(track.recovered.size()) + " recovered]";
    append_padded(shown_time(track.time, options_, 0), 19, out);
    *out += "  " + level_tag(track.level, options_.color, options_.language);
    out->append(4 - std::min<size_t>(4, level_tag(track.level, false, options_.language).size()) + 2, ' ');
    std::string host;
    append_terminal(std::string_view(track.host).substr(0, track.host.find('.')), &host);
    append_padded(host, 16, out);
    *out += "  ";
    append_padded(std::string(track_class_name(track.kind)) + ' ' + track.detector, 18, out);
    *out += "  ";
    append_terminal(what, out);
    *out += '\n';
  }
};

class Timesketch : public TrackWriter, Shown {
 public:
  using Shown::Shown;
  void append(const Track& track, const SourceSet& sources, std::string* out) const override {
    if (!track.time.known()) return;
    Timestamp micro = track.time;
    micro.precision = std::max(micro.precision, Precision::kMicrosecond);
    JsonWriter json(out);
    json.begin_object().field("message", shown(track.summary)).field("datetime", rfc3339(micro));
    json.field("timestamp_desc", "Log Tampering").field("data_type", "silhouette:track");
    json.key("tag").begin_array().string(level_name(track.level)).string(track_class_name(track.kind)).end_array();
    json.field("hostname", track.host).field("rule_title", track.detector).field("level", level_name(track.level));
    json.field("channel", track.channel);
    const Source* source = track.citations.empty() ? nullptr : sources.at(track.citations.front().source);
    json.field("source_path", source ? source->path : "");
    json.key("source_offset").number(first_span(track).offset).key("source_length").number(first_span(track).length);
    json.field("track_id", track.id).end_object();
    *out += '\n';
  }
};

}  // namespace

std::unique_ptr<TrackWriter> make_track_writer(const std::string& form, const ReportOptions& options) {
  if (form == "ndjson") return std::make_unique<Ndjson>(options);
  if (form == "json") return std::make_unique<Json>(options);
  if (form == "csv") return std::make_unique<Csv>(options);
  if (form == "table") return std::make_unique<Table>(options);
  if (form == "timesketch") return std::make_unique<Timesketch>(options);
  return nullptr;
}

}  // namespace sil::report
