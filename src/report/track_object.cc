#include "report/track_object.h"

#include "bytes/json_writer.h"
#include "report/objects.h"
#include "report/secrets.h"

namespace sil::report {
namespace {

void strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& items) {
  json.key(key).begin_array();
  for (const std::string& item : items) json.string(item);
  json.end_array();
}

void time(JsonWriter& json, std::string_view key, const Timestamp& when) {
  json.key(key);
  if (when.known())
    json.string(rfc3339(when));
  else
    json.null();
}

void recovered(JsonWriter& json, const RecoveredRecord& record, const SourceSet& sources, bool show_secrets) {
  json.begin_object().field("record_id", std::to_string(record.record_id));
  time(json, "time", record.time);
  json.field("channel", record.channel).field("provider", record.provider).key("event_id").number(record.event_id);
  json.field("summary", show_secrets ? record.summary : masked(record.summary)).field("mended", record.mended);
  json.field("sha256", hex(Bytes(record.sha256.data(), record.sha256.size())));
  json.key("citation");
  append_citation(json, record.citation, sources);
  json.key("event");
  if (record.event.empty())
    json.null();
  else
    json.raw(show_secrets ? record.event : masked_json(record.event));
  json.end_object();
}

}  // namespace

void append_track_object(const Track& track, const SourceSet& sources, bool show_secrets, std::string* out) {
  auto shown = [&](const std::string& text) { return show_secrets ? text : masked(text); };
  JsonWriter json(out);
  json.begin_object().field("schema", "silhouette/track/1").field("id", track.id).field("detector", track.detector);
  json.field("class", track_class_name(track.kind)).field("level", level_name(track.level));
  strings(json, "attack", track.attack);
  json.field("host", track.host).field("channel", track.channel);
  if (track.last) {
    json.key("interval").begin_object();
    time(json, "first", track.time);
    time(json, "last", *track.last);
    json.end_object();
  } else {
    time(json, "time", track.time);
  }
  json.field("summary", shown(track.summary))
      .field("expected", shown(track.expected))
      .field("found", shown(track.found));
  strings(json, "benign_causes", track.benign_causes);
  json.key("citations").begin_array();
  for (const Citation& citation : track.citations) append_citation(json, citation, sources);
  json.end_array();
  if (!track.recovered.empty()) {
    json.key("recovered").begin_array();
    for (const RecoveredRecord& record : track.recovered) recovered(json, record, sources, show_secrets);
    json.end_array();
  }
  json.end_object();
}

const char* how_sure(TrackClass what) {
  constexpr const char* kWords[] = {"certain", "loss", "change", "context"};
  return kWords[static_cast<size_t>(what)];
}

}  // namespace sil::report
