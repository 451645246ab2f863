// Containers (gz, zst, xz, bz2, zip, 7z, tar; nested to depth 4) as one source after the other, decoded in a confined
// child: docs/design/containers.md says what passes between the two, which limits hold and what each oddity gives.
//
// Errors: kIo when no child can be made. Thread rule: one thread at a time for a walk and its sources. Lifetime: a
// source may outlive its walk; behind the walk's next step it gives no more bytes.
#pragma once

#include "ingest/reader.h"

namespace sil::ingest {

bool is_container(Bytes head);
// `own`: the container's own last change, which a packed file without a time in its header takes.
Result<std::unique_ptr<SourceWalk>> open_container(const std::string& path, const OpenOptions& options, Modified own);

// The container's own bytes as a source without events, which says what was odd about it. `whole`: the bytes are handed
// out (for the custody digest); else none are.
struct ContainerItself {
  std::unique_ptr<ByteSource> bytes;
  std::unique_ptr<Reader> reader;
};
Result<ContainerItself> open_container_itself(const std::string& path, std::vector<Anomaly> odd, bool whole);

}  // namespace sil::ingest
