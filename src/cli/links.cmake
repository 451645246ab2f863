set(ROOM_LINKS sil_flow CLI11::CLI11)
