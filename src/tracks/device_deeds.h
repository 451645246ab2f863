// What a command, setting or message of a network device does to its logs.
//
// Thread rule: pure.
#pragma once

#include <string>
#include <string_view>

#include "model/evidence.h"

namespace sil::tracks {

struct DeviceDeed {
  const char* what = "";  // "its logs were cleared"; empty: nothing about logs
  Level level = Level::kInformational;
  bool context = false;          // the device's own housekeeping
  std::string_view undone = {};  // beginning of the command that takes it back: "logging host"
  [[nodiscard]] bool any() const { return what[0] != '\0'; }
};

// `schema`: of the event ("cisco", "fortigate", "panos", "ivanti", else a page of pfSense). `text`: folded to lower
// case, as device_notes.cc writes it; Cisco's words may be cut short as the devices allow.
DeviceDeed device_deed(std::string_view schema, std::string_view text);

}  // namespace sil::tracks
