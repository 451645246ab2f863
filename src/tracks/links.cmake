set(ROOM_LINKS sil_model)
