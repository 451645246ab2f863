// The track detectors: one row each (ARCHITECTURE.md, Registries). Structure detectors look at one file when it has
// been read; scene detectors at everything together.
#pragma once

#include <span>

#include "tracks/judge.h"
#include "tracks/scene.h"
#include "tracks/witnesses.h"

namespace sil::tracks {

struct StructureDetector {
  DetectorInfo info;
  void (*look)(const SourceFacts& source, Judge& judge);
};
struct SceneDetector {
  DetectorInfo info;
  void (*look)(const Scene& scene, Judge& judge);
};
struct WitnessDetector {
  DetectorInfo info;
  void (*look)(const Witnesses& all, Judge& judge);
};
std::span<const StructureDetector> structure_detectors();
std::span<const SceneDetector> scene_detectors();
std::span<const WitnessDetector> witness_detectors();

// All structure detectors over one settled source.
std::vector<Judged> judge_source(const SourceFacts& source, SpanReader& bytes);
// All scene detectors over all sources.
std::vector<Judged> judge_scene(const Scene& scene, SpanReader& bytes);
// All detectors about two witnesses over the copies of one log that several sources hold.
std::vector<Judged> judge_witnesses(const Witnesses& all, SpanReader& bytes);
// Of plans that were not looked at: what is left of `plans` from `next` on.
std::vector<Judged> judge_uncompared(const std::vector<CopyPlan>& plans, size_t next,
                                     const std::vector<SourceFacts>& sources, SpanReader& bytes);

}  // namespace sil::tracks
