#include "ingest/json_scan.h"

#include <cstring>

namespace sil::ingest {
namespace {

bool is_blank(uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

bool is_between(uint8_t byte) {
  return byte == ',' || byte == '[' || byte == ']' || byte == '}' || byte == ':';
}

size_t skip_blanks(Bytes bytes, size_t position) {
  while (position < bytes.size() && is_blank(bytes[position])) ++position;
  return position;
}

// End of the string that starts at `position`; npos when it does not end on this line.
size_t string_end(Bytes bytes, size_t position) {
  for (size_t i = position + 1; i < bytes.size() && bytes[i] != '\n'; ++i) {
    if (bytes[i] == '\\')
      ++i;
    else if (bytes[i] == '"')
      return i + 1;
  }
  return std::string_view::npos;
}

bool ends_line_as_pretty_print(Bytes line) {
  while (!line.empty() && is_blank(line.back())) line = line.first(line.size() - 1);
  return !line.empty() && (line.back() == '{' || line.back() == '[' || line.back() == ',');
}

}  // namespace

ValueScanner::Status ValueScanner::open(bool object) {
  const bool legal = depth_ == 0 || (in_object() ? last_ == ':' : last_ == '[' || last_ == ',');
  if (!legal || depth_ == kMaxDepth) return Status::kDamaged;
  objects_[depth_++] = object;
  return Status::kOpen;
}

ValueScanner::Status ValueScanner::step(uint8_t byte) {
  Status status = Status::kOpen;
  switch (byte) {
    case '"': in_string_ = true; break;
    case '{': status = open(true); break;
    case '[': status = open(false); break;
    case '}':
    case ']':
      if (in_object() != (byte == '}')) return Status::kDamaged;
      if (--depth_ == 0) status = Status::kDone;
      break;
    default: break;
  }
  last_ = byte;
  return status;
}

ValueScanner::Status ValueScanner::feed(Bytes bytes, size_t* position) {
  size_t i = *position;
  Status status = Status::kOpen;
  for (; i < bytes.size() && status == Status::kOpen; ++i) {
    const uint8_t byte = bytes[i];
    if (in_string_) {
      if (escaped_)
        escaped_ = false;
      else if (byte == '\\')
        escaped_ = true;
      else if (byte == '"')
        in_string_ = false;
      else if (byte == '\n')
        status = Status::kDamaged;
    } else if (!is_blank(byte)) {
      status = step(byte);
      if (status == Status::kDamaged) break;  // the offending byte may open the next value
    }
  }
  *position = i;
  return status;
}

size_t frame_length(Bytes bytes, size_t position) {
  static constexpr std::string_view kFrames[] = {"Records", "records", "value", "events", "items"};
  if (position >= bytes.size() || bytes[position] != '{') return 0;
  const size_t quote = skip_blanks(bytes, position + 1);
  if (quote >= bytes.size() || bytes[quote] != '"') return 0;
  for (std::string_view frame : kFrames) {
    size_t i = quote + 1;
    if (bytes.size() - i <= frame.size() || bytes[i] != static_cast<uint8_t>(frame[0])) continue;
    if (std::memcmp(&bytes[i], frame.data(), frame.size()) != 0) continue;
    i += frame.size();
    if (bytes[i] != '"') continue;
    i = skip_blanks(bytes, i + 1);
    if (i >= bytes.size() || bytes[i] != ':') continue;
    i = skip_blanks(bytes, i + 1);
    if (i >= bytes.size() || bytes[i] != '[') continue;
    i = skip_blanks(bytes, i + 1);
    if (i < bytes.size() && (bytes[i] == '{' || bytes[i] == ']')) return i - position;
  }
  return 0;
}

size_t next_value(Bytes bytes, size_t position, bool at_end, bool* skipped_text) {
  while (position < bytes.size()) {
    const uint8_t byte = bytes[position];
    if (byte == '{') {
      const size_t frame = frame_length(bytes, position);
      if (frame == 0) return position;
      position += frame;
    } else if (is_blank(byte) || is_between(byte)) {
      ++position;
    } else if (byte == '"') {  // a key of the frame behind its array ("nextLink")
      const size_t end = string_end(bytes, position);
      if (end == std::string_view::npos) {
        if (at_end) *skipped_text = true;
        const void* line = std::memchr(&bytes[position], '\n', bytes.size() - position);
        if (line == nullptr) return bytes.size();
        *skipped_text = true;
        position = static_cast<size_t>(static_cast<const uint8_t*>(line) - bytes.data());
      } else {
        position = end;
      }
    } else {
      *skipped_text = true;
      ++position;
    }
  }
  return position;
}

size_t skip_bom(Bytes head) {
  return head.size() >= 3 && head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF ? 3 : 0;
}

JsonMode json_mode(Bytes head) {
  const size_t start = skip_blanks(head, skip_bom(head));
  if (start >= head.size()) return JsonMode::kLines;
  if (head[start] == '[' || frame_length(head, start) != 0) return JsonMode::kValues;
  const void* newline = std::memchr(&head[start], '\n', head.size() - start);
  const size_t line_end =
      newline == nullptr ? head.size() : static_cast<size_t>(static_cast<const uint8_t*>(newline) - head.data());
  ValueScanner scanner;
  size_t end = start;
  if (head[start] != '{' || scanner.feed(head, &end) != ValueScanner::Status::kDone) {
    return ends_line_as_pretty_print(head.subspan(start, line_end - start)) ? JsonMode::kValues : JsonMode::kLines;
  }
  if (end > line_end) return JsonMode::kValues;
  const size_t rest = skip_blanks(head, end);
  return rest < line_end && head[rest] == '{' ? JsonMode::kValues : JsonMode::kLines;
}

}  // namespace sil::ingest
