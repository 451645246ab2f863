set(ROOM_LINKS sil_model PkgConfig::libarchive PkgConfig::libzstd simdjson::simdjson)
set(ROOM_TEST_LINKS sil_evtx_writer)
