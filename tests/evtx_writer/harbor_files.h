// From the finished world to files: record ids, channel file names, bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "evtx_writer/harbor_incident.h"

namespace sil::harbor {

struct Harbor {
  std::map<std::string, std::vector<uint8_t>> files;  // "NH-DC01/Security.evtx" -> bytes
  std::map<std::string, uint64_t> records;            // the same keys: how many records
  unsigned audit_taken_out = 0;                       // serials missing in NH-GATE01/audit.log
  std::string expected_steps;                         // JSON
  std::string incident_records;                       // JSON: all records of the incident
  std::string table;                                  // the same as Markdown rows, for the README
  std::string cleared;                                // logs cleared, with how many records went, as Markdown rows
};

// `folder` holds accounts.txt, programs.txt and incident.txt. False: `problem` says why.
bool make_harbor(const std::string& folder, uint64_t seed, Harbor* out, std::string* problem);

std::vector<uint8_t> gzip(const std::vector<uint8_t>& bytes);

}  // namespace sil::harbor
