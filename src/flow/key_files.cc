#include "flow/key_files.h"

#include "bytes/durable.h"
#include "bytes/file.h"
#include "bytes/private_file.h"

namespace sil::flow {
namespace {

constexpr uint64_t kMaxKeyFile = 4096;

// Is there a case.db or a log beside the file or above it?
bool inside_a_case(const std::string& path) {
  std::string folder = resolved_path(path);
  for (size_t slash = folder.rfind('/'); slash != std::string::npos && slash > 0; slash = folder.rfind('/')) {
    folder.resize(slash);
    if (path_exists(folder + "/case.db") || path_exists(folder + "/log.vkey")) return true;
  }
  return false;
}

}  // namespace

Result<ledger::SigningKey> signing_key(const std::string& path, const std::string& default_name,
                                       const std::string& key_name) {
  std::string file = path;
  if (file.empty()) {
    const std::string folder = config_folder();
    if (folder.empty()) return fail(ErrorCode::kUsage, default_name, "a home folder for keys, or a key file", "none");
    file = folder + "/" + default_name;
    if (!path_exists(file)) {
      auto key = ledger::generate_key(key_name);
      if (!key) return key;
      SIL_TRY(make_private_folder(folder));
      SIL_TRY(create_private(file, ledger::signing_key_text(*key)));
      return key;
    }
  }
  if (file != "-" && inside_a_case(file))
    return fail(ErrorCode::kUsage, file, "a key outside of any case folder", "one inside", "move it and use --key");
  auto text = read_secret(file, kMaxKeyFile);
  if (!text) return tl::unexpected(text.error());
  return ledger::parse_signing_key(*text);
}

}  // namespace sil::flow
