// How a field's value becomes the words that a summary line shows.
#pragma once

#include <string>
#include <string_view>

#include "model/event.h"

namespace sil::report {

// `format` may carry an argument: "kv=HostApplication". An unknown format gives the value itself.
std::string format_value(const Event& event, std::string_view field, std::string_view format);
// The same for a format that was looked up before.
using Formatter = std::string (*)(const Event& event, std::string_view field, const std::string& text);
Formatter formatter_of(std::string_view format);  // null: none of that name
std::string format_value(const Event& event, std::string_view field, std::string_view format, Formatter formatter);

// The value as text: Data[n] counts nameless Data across array members; "-" and blanks are empty.
std::string field_text(const Event& event, std::string_view field);

std::string_view base_name(std::string_view path);
// Runs of blanks, line ends and other controls become one blank; ends are trimmed.
std::string one_line(std::string_view text);
// At most `columns`; the middle gives way, because both ends of a command line or path tell most.
std::string clipped_middle(std::string_view text, int columns);
// The text behind -EncodedCommand, or empty.
std::string decoded_command(std::string_view command_line);

}  // namespace sil::report
