#include "ingest/shell_history.h"

#include <algorithm>

#include "bytes/text.h"
#include "ingest/json_layout.h"
#include "ingest/json_scan.h"
#include "ingest/line_emit.h"
#include "ingest/text_lines.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

// How entries are written. Lines without times are entries of their own in each.
enum class Style : uint8_t {
  kLines,  // one line an entry; "#1717030000" before it says when (bash with HISTTIMEFORMAT)
  kZsh,    // ": 1717030000:3;command"; a line break inside is written with a backslash before it
  kFish,   // "- cmd: command", "  when: 1717030000", "  paths:", "    - .."
};

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Seconds since 1970: nine digits or ten, 1973 to 2286.
bool is_epoch(std::string_view text) {
  return (text.size() == 9 || text.size() == 10) && all_digits(text);
}

bool is_stamp(std::string_view line) {  // of bash
  return line.starts_with('#') && is_epoch(line.substr(1));
}

// ": 1717030000:3;": its length, and the two numbers; 0 = none.
size_t zsh_head(std::string_view line, std::string_view* when, std::string_view* elapsed) {
  if (!line.starts_with(": ")) return 0;
  const size_t colon = line.find(':', 2), semicolon = line.find(';');
  if (colon == std::string_view::npos || semicolon == std::string_view::npos || semicolon < colon) return 0;
  *when = line.substr(2, colon - 2);
  while (when->starts_with(' ')) when->remove_prefix(1);
  *elapsed = line.substr(colon + 1, semicolon - colon - 1);
  return is_epoch(*when) && !elapsed->empty() && elapsed->size() <= 10 && all_digits(*elapsed) ? semicolon + 1 : 0;
}

bool is_zsh(std::string_view line) {
  std::string_view when, elapsed;
  return zsh_head(line, &when, &elapsed) != 0;
}

constexpr std::string_view kFishCommand = "- cmd: ", kFishWhen = "  when: ";

// An odd number of backslashes at its end: the entry goes on.
bool goes_on(std::string_view line) {
  size_t count = 0;
  while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

std::string_view line_at(std::string_view text, size_t at) {
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// By what most of the first lines are.
Style style_of(std::string_view head) {
  size_t stamps = 0, zsh = 0, fish = 0;
  for (size_t at = 0, seen = 0; at < head.size() && seen < 64; ++seen) {
    const std::string_view whole = line_at(head, at), line = without_return(whole);
    at += whole.size() + 1;
    if (is_stamp(line)) ++stamps;
    if (is_zsh(line)) ++zsh;
    if (line.starts_with(kFishCommand)) ++fish;
  }
  if (zsh > stamps && zsh >= fish) return Style::kZsh;
  return fish > stamps ? Style::kFish : Style::kLines;
}

struct HistoryState {
  Style style = Style::kLines;
  std::string stamp;  // bash: the last line with a time before the piece, and where it is
  Span where;
};

class HistoryReader final : public LineCutter {
 protected:
  void begin(Bytes head, Bytes, Modified) override { state_.style = style_of(as_text(head.subspan(skip_bom(head)))); }
  size_t cut(Bytes held) const override;
  std::shared_ptr<const void> pass(Bytes piece) override;
  void take(Bytes all, const LineState& state, LineScratch& own, LineEmitter& emitter) const override;
  [[nodiscard]] const char* overlong() const override {
    return "an entry of a history longer than 16 MiB was passed over";
  }

 private:
  static void take_lines(std::string_view text, size_t at, const HistoryState& state, LineScratch& own,
                         LineEmitter& emitter);
  static size_t take_zsh(std::string_view text, size_t at, LineScratch& own, LineEmitter& emitter);
  static size_t take_fish(std::string_view text, size_t at, LineScratch& own, LineEmitter& emitter);
  HistoryState state_;
};

// Behind the last whole entry: never between a time and its command.
size_t HistoryReader::cut(Bytes held) const {
  size_t end = LineCutter::cut(held);
  const std::string_view text = as_text(held);
  while (end > 0) {
    const size_t before = end < 2 ? std::string_view::npos : text.rfind('\n', end - 2);
    const size_t start = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view last = without_return(text.substr(start, end - 1 - start));
    if (state_.style == Style::kFish) {  // what follows may belong to it
      if (last.starts_with(kFishCommand)) return start;
    } else if (state_.style == Style::kZsh ? !goes_on(last) : !is_stamp(last)) {
      return end;
    }
    end = start;
  }
  return 0;
}

std::shared_ptr<const void> HistoryReader::pass(Bytes piece) {
  auto out = std::make_shared<HistoryState>(state_);
  if (state_.style != Style::kLines) return out;
  const std::string_view text = as_text(piece);
  for (size_t end = text.size(); end > 0;) {  // the last line with a time
    const size_t before = text.rfind('#', end - 1);
    if (before == std::string_view::npos) break;
    const std::string_view line = without_return(line_at(text, before));
    if ((before == 0 || text[before - 1] == '\n') && is_stamp(line)) {
      state_.stamp = line;
      state_.where = {offset() + before, static_cast<uint32_t>(line.size())};
      break;
    }
    end = before;
  }
  return out;
}

constexpr char kNoCommand[] = "a time of a history without its command";

void begin_entry(std::string_view when, LineRecord* record) {
  record->clear();
  record->schema = &taxonomy::kShellHistory;
  if (!when.empty()) {
    parse_epoch(when, &record->time);
    record->add("timestamp", when);
  }
}

void HistoryReader::take_lines(std::string_view text, size_t at, const HistoryState& state, LineScratch& own,
                               LineEmitter& emitter) {
  std::string_view stamp;  // of the lines that follow
  Span stamp_at;
  if (!state.stamp.empty()) {
    stamp = state.stamp;
    stamp_at = state.where;
  }
  bool fresh = false;  // the line before says the time of this one
  const auto no_command = [&](const char* found) {
    emitter.anomaly(AnomalyKind::kTime, Level::kLow, as_bytes(stamp), kNoCommand,
                    "a command behind " + std::string(stamp.substr(1)), found);
  };
  while (at < text.size()) {
    const std::string_view whole = line_at(text, at), line = without_return(whole);
    at += whole.size() + 1;
    if (line.empty()) continue;
    if (is_stamp(line)) {
      if (fresh) no_command("another time");
      stamp = line;
      stamp_at = emitter.span_of(as_bytes(line));
      fresh = true;
      continue;
    }
    own.needed.clear();
    begin_entry(stamp.empty() ? stamp : stamp.substr(1), &own.record);
    own.record.add("command", line);
    std::string_view entry = line;
    if (fresh) {
      entry = {stamp.data(), static_cast<size_t>(line.data() + line.size() - stamp.data())};
    } else if (!stamp.empty()) {
      own.needed.emplace_back(stamp_at, as_bytes(stamp));
      own.record.time.zone = ZoneSource::kInferred;  // of the entry before: maybe not its own
    }
    emitter.emit(as_bytes(entry), as_bytes(line));
    fresh = false;
  }
  if (fresh) no_command("the end of the file");
  own.needed.clear();
}

// zsh writes bytes that it uses for itself as 0x83 and the byte with bit 5 turned.
std::string_view unmetafied(std::string_view text, LineRecord* record) {
  constexpr char kMeta = '\x83';
  if (text.find(kMeta) == std::string_view::npos) return text;
  char* out = record->room(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool meta = text[i] == kMeta && i + 1 < text.size();
    out[size++] = meta ? static_cast<char>(text[++i] ^ 0x20) : text[i];
  }
  return {out, size};
}

size_t HistoryReader::take_zsh(std::string_view text, size_t at, LineScratch& own, LineEmitter& emitter) {
  size_t end = at;
  std::string_view line;
  do {
    line = line_at(text, end);
    end += line.size() + 1;
  } while (goes_on(line) && end < text.size());
  const std::string_view entry = without_return(text.substr(at, std::min(end - 1, text.size()) - at));
  if (entry.empty()) return end;
  std::string_view when, elapsed;
  const size_t head = zsh_head(entry, &when, &elapsed);
  begin_entry(head == 0 ? std::string_view() : when, &own.record);
  if (head != 0) own.record.add("elapsed", elapsed);
  if (head == entry.size()) {
    emitter.anomaly(AnomalyKind::kTime, Level::kLow, as_bytes(entry), kNoCommand,
                    "a command behind " + std::string(when), "none");
    return end;
  }
  own.record.add("command", unmetafied(entry.substr(head), &own.record));
  emitter.emit(as_bytes(entry), as_bytes(entry.substr(head)));
  return end;
}

size_t HistoryReader::take_fish(std::string_view text, size_t at, LineScratch& own, LineEmitter& emitter) {
  std::string_view line = line_at(text, at);
  const std::string_view command = line.starts_with(kFishCommand) ? line.substr(kFishCommand.size()) : line;
  size_t end = at + line.size() + 1;
  std::string_view when;
  std::vector<std::string_view> paths;
  while (line.starts_with(kFishCommand) && end < text.size()) {
    const std::string_view next = line_at(text, end);
    if (!next.starts_with("  ")) break;
    if (next.starts_with(kFishWhen) && is_epoch(next.substr(kFishWhen.size()))) when = next.substr(kFishWhen.size());
    if (next.starts_with("    - ") && paths.size() < 64) paths.push_back(next.substr(6));
    end += next.size() + 1;
  }
  const std::string_view entry = text.substr(at, std::min(end - 1, text.size()) - at);
  if (entry.empty()) return end;
  begin_entry(when, &own.record);
  own.record.add("command", command);
  for (const std::string_view path : paths) own.record.add("path", path);
  emitter.emit(as_bytes(entry), as_bytes(entry));
  return end;
}

void HistoryReader::take(Bytes all, const LineState& state, LineScratch& own, LineEmitter& emitter) const {
  const auto& in_force = *static_cast<const HistoryState*>(state.own.get());
  const std::string_view text = as_text(all);
  size_t at = state.first ? skip_bom(all) : 0;
  if (in_force.style == Style::kLines) return take_lines(text, at, in_force, own, emitter);
  while (at < text.size())
    at = in_force.style == Style::kZsh ? take_zsh(text, at, own, emitter) : take_fish(text, at, own, emitter);
}

// ".bash_history", "root_bash_history.txt", ".zsh_history", ".histfile", "fish_history".
bool is_history_name(std::string_view path) {
  std::string name = folded(path.substr(path.find_last_of("/\\!") + 1));
  if (name.ends_with(".txt")) name.resize(name.size() - 4);
  if (name == ".histfile" || name == ".history" || name == ".zhistory") return true;
  constexpr std::string_view kShells[] = {"bash_history", "zsh_history", "ksh_history", "ash_history", "fish_history"};
  return name == ".sh_history" || std::any_of(std::begin(kShells), std::end(kShells),
                                              [&](std::string_view shell) { return name.ends_with(shell); });
}

}  // namespace

Sniff sniff_shell_history(Bytes head, std::string_view path) {
  const std::string_view text = as_text(head.subspan(skip_bom(head)));
  size_t lines = 0, stamps = 0, commands = 0, zsh = 0, fish = 0;
  bool begins = false, stamped = false;  // the first line is a time; so was the one before
  for (size_t at = 0; at < text.size() && lines < 24;) {
    const std::string_view whole = line_at(text, at), line = without_return(whole);
    at += whole.size() + 1;
    if (line.empty()) continue;
    ++lines;
    const bool stamp = is_stamp(line);
    begins = begins || (lines == 1 && stamp);
    if (stamp) ++stamps;
    if (stamped && !stamp) ++commands;
    stamped = stamp;
    if (is_zsh(line)) ++zsh;
    if (line.starts_with(kFishCommand) || line.starts_with(kFishWhen)) ++fish;
  }
  if (!is_text(head)) return {};
  if (zsh * 2 > lines || (fish >= 2 && fish * 2 > lines && text.starts_with(kFishCommand))) return {88, "content"};
  if (commands != 0 && (begins || stamps * 3 >= lines)) return {86, "content"};
  return is_history_name(path) ? Sniff{60, "its name"} : Sniff{};
}

std::unique_ptr<Reader> make_shell_history_reader() {
  return std::make_unique<HistoryReader>();
}

}  // namespace sil::ingest
