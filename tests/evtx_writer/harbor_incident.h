// Plays the incident script (harbor/incident.txt) into the world, and afterwards says which records it
// became.
#pragma once

#include <string>
#include <vector>

#include "evtx_writer/harbor_events.h"

namespace sil::harbor {

struct Shown {  // a `show` line: an event of this step that an investigator must see named
  std::string host, channel;
  uint16_t event_id = 0;
  std::string holds;               // a text that tells it from its neighbours
  std::vector<std::string> names;  // what its summary must say
};

struct Step {
  std::string id, techniques, title;
  uint64_t time = 0;
  std::vector<Shown> shown;
};

// Reads the script and schedules its lines. Errors: line number and what is wrong with it.
bool plan_incident(World& world, const std::string& path, std::vector<Step>* steps, std::string* problem);

// After the run, with record ids given: the planted steps in the order of the script as one JSON document,
// and the same as rows of a Markdown table for people. A `show` line that matches no record is an error.
bool write_expected(const World& world, const std::vector<Step>& steps, std::string* json, std::string* table,
                    std::string* problem);

// Every record that the incident made, what its programs set going included, as JSON: one object a host, channel and
// step. What is not here is ordinary work.
std::string incident_records(const World& world);

}  // namespace sil::harbor
