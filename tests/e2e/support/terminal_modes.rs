//! Modes of the terminal that vt100 does not track.

use vt100::{Callbacks, Screen};

/// The modes that vt100 does not track: DEC private modes 2026 (synchronized update: set while a
/// frame is incomplete) and 1004 (focus reports).
#[derive(Default)]
pub(super) struct Modes {
    /// True while a frame is incomplete.
    pub(super) in_frame: bool,
    /// Number of frames begun.
    pub(super) frames: usize,
    /// True if focus reports are on.
    pub(super) focus_reports: bool,
}

impl Callbacks for Modes {
    fn unhandled_csi(
        &mut self,
        _: &mut Screen,
        first: Option<u8>,
        _: Option<u8>,
        numbers: &[&[u16]],
        last: char,
    ) {
        let set = last == 'h';
        if first != Some(b'?') || !(set || last == 'l') {
            return;
        }
        for number in numbers {
            match number {
                [2026] => {
                    self.frames += usize::from(set && !self.in_frame);
                    self.in_frame = set;
                }
                [1004] => self.focus_reports = set,
                _ => {}
            }
        }
    }
}
