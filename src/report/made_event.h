// Events made by hand for the tests of this room: fields and values as a reader would give them.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "model/event.h"

namespace sil::report {

class MadeEvent {
 public:
  MadeEvent(std::string provider, uint32_t event_id, std::string channel = "") {
    LogKind kind;
    kind.schema = "evtx";
    kind.product = "windows";
    kind.provider = std::move(provider);
    kind.channel = std::move(channel);
    kind.event_id = event_id;
    event_.kind = intern_log_kind(kind);
  }
  explicit MadeEvent(const LogKind& kind) { event_.kind = intern_log_kind(kind); }
  MadeEvent& data(const std::string& name, const std::string& value) {
    return add("Event.EventData." + name, name, value, Section::kEventData);
  }
  MadeEvent& user_data(const std::string& element, const std::string& name, const std::string& value) {
    return add("Event.UserData." + element + "." + name, name, value, Section::kUserData);
  }
  MadeEvent& other(const std::string& path, const std::string& value) {
    return add(path, path, value, Section::kOther);
  }
  // Nameless Data as one array of texts, as classic event sources write it.
  MadeEvent& array(const std::vector<std::string>& members) {
    std::string utf16;
    for (const std::string& member : members) {
      for (char c : member) utf16 += std::string{c, '\0'};
      utf16 += std::string(2, '\0');
    }
    add("Event.EventData.Data", "Data", utf16, Section::kEventData);
    values_.back().kind = ValueKind::kUtf16Array;
    return *this;
  }
  const Event& event() {
    event_.layout = &layout_;
    event_.values = values_;
    return event_;
  }

 private:
  MadeEvent& add(const std::string& path, const std::string& name, const std::string& value, Section section) {
    texts_.push_back(value);
    layout_.fields.push_back({path, name, section, static_cast<uint32_t>(values_.size()), -1, false});
    values_.push_back(utf8_value(texts_.back()));
    return *this;
  }
  Layout layout_;
  std::deque<std::string> texts_;
  std::vector<Value> values_;
  Event event_;
};

}  // namespace sil::report
