// The Linux audit log as auditd writes it: records of one serial are one event (docs/formats/auditd.md).
#pragma once

#include <memory>
#include <string_view>

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_auditd(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_auditd_reader();

}  // namespace sil::ingest
