// What the layout of a collection says about a file in it. Velociraptor's offline collector writes
// Collection-HOST-TIME.zip with uploads/{auto,ntfs,lazy}/C%3A/...; KAPE writes TARGET/C/Windows/... with a folder or
// zip that is named after the host, a time in front of it (docs/formats/collections.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sil::ingest {

struct CollectedFrom {
  std::string host;    // "" = the layout does not say
  std::string shadow;  // "VSS3", "HarddiskVolumeShadowCopy3": a shadow copy; "" = the live volume, or not known
};
// `path` as given, `members` from outermost to innermost.
CollectedFrom collected_from(std::string_view path, const std::vector<std::string>& members);

}  // namespace sil::ingest
