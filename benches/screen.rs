//! The screen's own work at 5,000 users and 10,000 keys, without terminal and
//! network: `cargo bench --features bench --bench screen`.

fn main() {
    keyflip::bench();
}
