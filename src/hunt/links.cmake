set(ROOM_LINKS sil_model PkgConfig::yaml_0_1 PkgConfig::re2 PkgConfig::libpcre2_8)
