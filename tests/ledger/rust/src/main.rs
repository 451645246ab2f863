// Reads a log's vkey, checkpoint and tile names with signed_note and tlog_tiles: ledger-interop-rust LOG-FOLDER
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{Checkpoint, Tile};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let vkey = std::fs::read_to_string(format!("{folder}/log.vkey")).expect("log.vkey");
    let bytes = std::fs::read(format!("{folder}/log/checkpoint")).expect("checkpoint");
    let verifier = StandardVerifier::new(vkey.trim()).expect("a verifier key");
    let note = Note::from_bytes(&bytes).expect("a note");
    let (verified, unverified) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).expect("a signature");
    let checkpoint = Checkpoint::from_bytes(note.text()).expect("a checkpoint");
    for tile in Tile::new_tiles(8, 0, checkpoint.size()) {
        let path = tile.path().replacen("tile/8/", "tile/", 1);
        std::fs::metadata(format!("{folder}/log/{path}")).unwrap_or_else(|_| panic!("{path}"));
    }
    println!("{} verified, {} unverified, size {}", verified.len(), unverified.len(), checkpoint.size());
}
