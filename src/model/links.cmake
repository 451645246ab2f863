set(ROOM_LINKS sil_bytes)
