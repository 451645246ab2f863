#include "ingest/collection.h"

#include <algorithm>
#include <array>

#include "bytes/text.h"

namespace sil::ingest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Parts of a path: either slash, %XX decoded once (Velociraptor escapes what a file system cannot hold).
void append_parts(std::string_view path, std::vector<std::string>* out) {
  std::string part;
  const auto digit = [](char c) {
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  const auto flush = [&] {
    if (!part.empty()) out->push_back(std::move(part));
    part.clear();
  };
  for (size_t at = 0; at < path.size(); ++at) {
    const char c = path[at];
    if (c == '/' || c == '\\') {
      flush();
    } else if (c == '%' && at + 2 < path.size() && digit(path[at + 1]) >= 0 && digit(path[at + 2]) >= 0) {
      part.push_back(static_cast<char>(digit(path[at + 1]) << 4 | digit(path[at + 2])));
      at += 2;
    } else {
      part.push_back(c);
    }
  }
  flush();
}

std::string_view without_ending(std::string_view name) {
  for (std::string_view ending : {".zip", ".7z", ".tar.gz", ".tgz", ".tar", ".vhdx", ".vhd"}) {
    if (name.size() > ending.size() && equal_folded(name.substr(name.size() - ending.size()), ending))
      return name.substr(0, name.size() - ending.size());
  }
  return name;
}

// Length of "2024-03-05T08" at `at`, where a time begins; 0: none does.
bool time_begins(std::string_view text, size_t at) {
  constexpr std::string_view kForm = "dddd-dd-ddT";
  if (text.size() - at < kForm.size()) return false;
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !is_digit(text[at + i]) : text[at + i] != kForm[i]) return false;
  }
  return true;
}

// "Collection-HOST-2024-03-05T08_00_00Z"
std::string velociraptor_host(std::string_view part) {
  constexpr std::string_view kBegin = "Collection-";
  part = without_ending(part);
  if (!part.starts_with(kBegin)) return {};
  for (size_t at = kBegin.size() + 1; at < part.size(); ++at) {
    if (part[at - 1] == '-' && time_begins(part, at))
      return std::string(part.substr(kBegin.size(), at - 1 - kBegin.size()));
  }
  return {};
}

bool is_drive(std::string_view part) {
  const bool letter = !part.empty() && ((part[0] >= 'A' && part[0] <= 'Z') || (part[0] >= 'a' && part[0] <= 'z'));
  return letter && (part.size() == 1 || (part.size() == 2 && part[1] == ':'));
}

std::string shadow_of(std::string_view part) {
  constexpr std::string_view kDevice = "HarddiskVolumeShadowCopy";
  if (const size_t at = part.find(kDevice); at != std::string_view::npos) {
    size_t end = at + kDevice.size();
    while (end < part.size() && is_digit(part[end])) ++end;
    return std::string(part.substr(at, end - at));
  }
  const bool numbered =
      part.size() > 3 && part.starts_with("VSS") && std::all_of(part.begin() + 3, part.end(), is_digit);
  return numbered ? std::string(part) : std::string();
}

// The part in front of the drive: "2024-03-05T080000_NH-WS01" or "NH-WS01". Names of tools and folders are no hosts.
std::string kape_host(std::string_view part) {
  constexpr std::array<std::string_view, 16> kNoHosts = {"uploads", "auto",   "ntfs",   "lazy",    "file",   "kape",
                                                         "targets", "target", "triage", "out",     "output", "results",
                                                         "volume",  "files",  "tout",   "evidence"};
  part = without_ending(part);
  if (time_begins(part, 0)) {
    const size_t line = part.find('_');
    if (line == std::string_view::npos || line + 1 >= part.size()) return {};
    part.remove_prefix(line + 1);
  }
  const bool known =
      std::any_of(kNoHosts.begin(), kNoHosts.end(), [&](std::string_view one) { return equal_folded(one, part); });
  const bool dots = part == "." || part == ".." || part.starts_with("\\\\");
  return known || dots || is_drive(part) || !shadow_of(part).empty() ? std::string() : std::string(part);
}

}  // namespace

CollectedFrom collected_from(std::string_view path, const std::vector<std::string>& members) {
  std::vector<std::string> parts;
  append_parts(path, &parts);
  for (const std::string& member : members) append_parts(member, &parts);
  CollectedFrom out;
  size_t drive = parts.size();
  for (size_t i = 0; i < parts.size(); ++i) {
    if (std::string host = velociraptor_host(parts[i]); !host.empty()) out.host = std::move(host);
    if (std::string shadow = shadow_of(parts[i]); !shadow.empty()) out.shadow = std::move(shadow);
    const bool windows = i + 1 < parts.size() && equal_folded(parts[i + 1], "Windows");
    if (windows && (is_drive(parts[i]) || !shadow_of(parts[i]).empty())) drive = std::min(drive, i);
  }
  if (!out.host.empty() || drive == parts.size()) return out;
  while (drive > 0 && (is_drive(parts[drive]) || !shadow_of(parts[drive]).empty())) --drive;
  out.host = kape_host(parts[drive]);
  return out;
}

}  // namespace sil::ingest
