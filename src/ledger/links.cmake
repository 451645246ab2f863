set(ROOM_LINKS sil_model OpenSSL::Crypto PkgConfig::sqlite3 simdjson::simdjson Threads::Threads Boost::headers)
