// Sentences about events: what the event detectors share.
#pragma once

#include <initializer_list>
#include <string>

#include "tracks/judge.h"
#include "tracks/scene.h"

namespace sil::tracks {

bool holds(std::string_view folded_text, std::initializer_list<const char*> parts);  // any of them
std::string command_of(const Note& note);                                            // folded command line
bool says_lines_were_lost(const Note& note);                                         // of a log daemon: a rate limit
std::string short_host(const Note& note);                                            // first label
// The last process on the note's host, up to `minutes` before it, whose folded command line holds one of `parts`; null.
const Note* process_before(const Scene& scene, const Note& note, uint64_t minutes,
                           std::initializer_list<const char*> parts);
// " by DOMAIN\\user by tool.exe from 10.0.0.5", empty when nobody is known.
std::string by(const Actor& actor);
// Adds a track about `note` with who acted; null when the list is full.
Judged* say(Judge& judge, const Scene& scene, const Note& note, TrackClass kind, Level level, std::string what,
            const Note* cause = nullptr);

}  // namespace sil::tracks
