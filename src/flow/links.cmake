set(ROOM_LINKS sil_ingest sil_hunt sil_tracks sil_report sil_casefile sil_ledger sil_builtin_rules)
set(ROOM_TEST_LINKS sil_evtx_writer)
