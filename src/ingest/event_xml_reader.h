// Windows events as XML: exported by Event Viewer and wevtutil (UTF-8 or UTF-16), by `dump --format xml`, and by Sysmon
// for Linux inside syslog lines. docs/formats/event-xml.md.
#pragma once

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_event_xml(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_event_xml_reader();

}  // namespace sil::ingest
