set(ROOM_LINKS sil_model PkgConfig::sqlite3)
