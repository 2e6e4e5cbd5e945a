//! Child processes.

extern "C" {
    fn fork() -> i32;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    fn alarm(seconds: u32) -> u32;
    fn _exit(code: i32) -> !;
}

/// What a child exits with that does `body`; one that hangs ends with a signal.
pub fn in_a_child(body: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the child calls the library, which bears it, and ends itself.
    let child = unsafe { fork() };
    assert!(child >= 0);
    if child == 0 {
        // SAFETY: as above.
        unsafe { alarm(100) };
        let code = body();
        // SAFETY: as above.
        unsafe { _exit(code) };
    }
    let mut status = -1;
    // SAFETY: `status` is written during the call only.
    assert_eq!(unsafe { waitpid(child, &mut status, 0) }, child);
    assert_eq!(status & 0x7f, 0, "ended by a signal");
    status >> 8
}
