#include "tracks/device_deeds.h"

#include <algorithm>
#include <vector>

#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr DeviceDeed kCleared{"its logs were cleared", Level::kMedium};
constexpr DeviceDeed kOff{"logging was switched off", Level::kHigh};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty() && out.size() < 8) {
    const size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    const size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
  return out;
}

// The devices take a word's beginning for the word.
bool is_word(std::string_view typed, std::string_view word) {
  return typed.size() >= std::min<size_t>(3, word.size()) && word.starts_with(typed);
}

bool has_word(std::string_view text, std::string_view word) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !letter(text[at - 1])) && (end == text.size() || !letter(text[end]))) return true;
  }
  return false;
}

bool numeric_address(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789abcdef.:") == std::string_view::npos &&
         word.find_first_of(".:") != std::string_view::npos;
}

DeviceDeed cisco_no_logging(const std::vector<std::string_view>& words) {
  if (words.size() == 2) return kOff;  // "no logging": all of it
  const std::string_view what = words[2];
  if (is_word(what, "enable") || what == "on") return {kOff.what, kOff.level, false, "logging"};
  if (is_word(what, "host") || is_word(what, "server") || numeric_address(what))
    return {"a receiver of its logs was taken out", Level::kMedium, false, "logging"};
  if (is_word(what, "trap")) return {"sending its logs was switched off", Level::kMedium, false, "logging trap"};
  if (is_word(what, "buffered") || is_word(what, "persistent") || is_word(what, "logfile"))
    return {"keeping its logs was switched off", Level::kMedium, false, "logging"};
  if (is_word(what, "message")) return {"a message was switched off", Level::kMedium, false, "logging message"};
  return {};  // to the console, who is told by mail, how lines look
}

DeviceDeed cisco_deed(std::string_view command) {
  std::vector<std::string_view> words = words_of(command);
  if (words.size() < 2) return {};
  const bool second_logs = is_word(words[1], "logging");
  if (words[0] == "no" && second_logs) return cisco_no_logging(words);
  if (is_word(words[0], "clear")) {
    if (second_logs) return kCleared;
    if (words.size() < 3) return {};
    if (is_word(words[1], "configure") && is_word(words[2], "logging")) return kOff;
    if (is_word(words[1], "archive") && is_word(words[2], "log")) return kCleared;
    if (is_word(words[1], "accounting") && is_word(words[2], "log")) return kCleared;
  }
  if (is_word(words[0], "delete") && holds(command, {"syslog"}))
    return {"a file of its logs was deleted", Level::kMedium};
  return {};
}

DeviceDeed cisco_said(std::string_view text) {
  if (text.starts_with("logging to host ") && holds(text, {" stopped"}) && holds(text, {"cli"}))
    return {"a receiver of its logs was taken out", Level::kMedium, false, "logging"};
  // NX-OS accounts what was typed at once: "configure terminal ; no logging server 10.0.0.9 (success)".
  while (!text.empty()) {
    const size_t end = std::min(text.find(" ; "), text.size());
    if (DeviceDeed deed = cisco_deed(text.substr(0, end)); deed.any()) return deed;
    text.remove_prefix(std::min(end + 3, text.size()));
  }
  return {};
}

DeviceDeed fortigate_deed(std::string_view text) {
  if (text.starts_with("32044")) return kCleared;
  if (text.starts_with("32028") || text.starts_with("32029"))
    return {"files of its logs were deleted", Level::kInformational, true};  // nobody is named: a full disk does it
  if (!text.starts_with("log.")) return {};
  if (holds(text, {"status[enable->disable]", "status[disable]"})) return {kOff.what, kOff.level, false, "log."};
  if (holds(text, {"setting", "filter"})) return {"settings of its logs were changed", Level::kLow};
  return {};
}

DeviceDeed wording_deed(std::string_view text) {
  const bool log = has_word(text, "log") || has_word(text, "logs") || has_word(text, "log-settings") ||
                   has_word(text, "logging") || has_word(text, "syslog");
  if (!log || holds(text, {"quota", "expir", "disk usage", "rotat", "archiv", "fail"})) return {};  // its own doing
  for (std::string_view word : {"cleared", "clear", "clearing", "clear-log", "purged"}) {
    if (has_word(text, word)) return kCleared;
  }
  const bool config = text.starts_with("set ") || text.starts_with("edit ") || text.starts_with("delete ");
  if (!config && !holds(text, {"log settings", "syslog server", "configuration change"})) return {};
  if (config && !holds(text, {"syslog", "log-settings"})) return {};
  if (has_word(text, "delete") || has_word(text, "deleted") || has_word(text, "removed"))
    return {"a receiver or setting of its logs was taken out", Level::kMedium};
  if (has_word(text, "disabled")) return kOff;
  for (std::string_view word : {"changed", "change", "modified", "set", "edit"}) {
    if (has_word(text, word)) return {"settings of its logs were changed", Level::kLow};
  }
  return {};
}

}  // namespace

DeviceDeed device_deed(std::string_view schema, std::string_view text) {
  if (schema == "cisco") return cisco_said(text);
  if (schema == "fortigate") return fortigate_deed(text);
  return wording_deed(text);
}

}  // namespace sil::tracks
