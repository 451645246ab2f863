set(ROOM_LINKS Threads::Threads fmt::fmt tl::expected OpenSSL::Crypto PkgConfig::libdeflate PkgConfig::libxxhash)
