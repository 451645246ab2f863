// wtmp, btmp and utmp: records of 384 bytes (utmp(5), glibc on x86-64 and aarch64 with 32-bit times), and lastlog:
// 292 bytes a user (lastlog(8)). docs/formats/logins.md.
#pragma once

#include <memory>
#include <string_view>

#include "ingest/reader.h"

namespace sil::ingest {

Sniff sniff_login_records(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_login_reader();
Sniff sniff_lastlog(Bytes head, std::string_view path);
std::unique_ptr<Reader> make_lastlog_reader();

}  // namespace sil::ingest
