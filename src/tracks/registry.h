// The track detectors: one row each (ARCHITECTURE.md, Registries). Structure detectors look at one file when it has
// been read; scene detectors at everything together.
#pragma once

#include <span>

#include "tracks/judge.h"
#include "tracks/scene.h"

namespace sil::tracks {

struct StructureDetector {
  DetectorInfo info;
  void (*look)(const SourceFacts& source, Judge& judge);
};
struct SceneDetector {
  DetectorInfo info;
  void (*look)(const Scene& scene, Judge& judge);
};
std::span<const StructureDetector> structure_detectors();
std::span<const SceneDetector> scene_detectors();

// All structure detectors over one settled source.
std::vector<Judged> judge_source(const SourceFacts& source, SpanReader& bytes);
// All scene detectors over all sources.
std::vector<Judged> judge_scene(const Scene& scene, SpanReader& bytes);

}  // namespace sil::tracks
