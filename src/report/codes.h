// Numbers that logs write instead of words: facts from Microsoft's open specifications and message tables.
// Each function gives the words, or an empty string where the table has no entry. Texts are compared without
// case.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sil::report {

// "%%1833" -> "Impersonation" (msobjs message table). In a longer text every code it knows is replaced, lists
// of codes
// ("%%4416\n\t\t\t\t%%4417") become "ReadData, WriteData"; what it does not know stays.
std::string expand_codes(std::string_view text);

std::string logon_type(std::string_view number);     // "10" -> "RDP"
std::string status_text(std::string_view code);      // NTSTATUS, MS-ERREF 2.3: "0xC000006A" -> "wrong password"
std::string kerberos_text(std::string_view code);    // RFC 4120 7.5.9: "0x18" -> "wrong password"
std::string encryption_type(std::string_view code);  // RFC 3961/4757: "0x17" -> "RC4"
std::string sid_text(std::string_view sid);          // MS-DTYP 2.4.2.4 and domain RIDs: "S-1-5-18" -> "SYSTEM"
std::string process_access(std::string_view mask);   // "0x1010" -> "VM_READ, QUERY_LIMITED"
std::string directory_right(std::string_view guid);  // MS-ADTS 5.1.3.2.1: replication and password rights
std::string win32_text(std::string_view code);     // MS-ERREF 2.2, with or without "%%": "%%1058" -> "service disabled"
std::string defender_action(std::string_view id);  // Defender's Action ID: "2" -> "quarantined"
std::string protocol_text(std::string_view number);  // IANA protocol numbers: "6" -> "tcp"

}  // namespace sil::report
