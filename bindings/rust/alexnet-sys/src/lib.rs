//! The functions, types and constants of `alexnet.h`, as bindgen declares them.
//!
//! Programs use the safe crate `alexnet`, which is built on this one. The
//! header says what each function does, what it owns and which threads may call
//! it; names here are the header's.
//!
//! # Finding the library
//!
//! The build script looks for `libalexnet.so` and its headers
//!
//! 1. in the folder that the environment variable `ALEXNET_DIR` names, the
//!    unpacked distribution with `lib` and `include` in it;
//! 2. where `pkg-config alexnet` says.
//!
//! It refuses headers of a version that these declarations do not fit.
//!
//! # Running what was built
//!
//! At run time the dynamic linker looks for `libalexnet.so.0`. It is found
//! where the system keeps its libraries, in the folders of `LD_LIBRARY_PATH`,
//! or in an rpath of the program. Otherwise the program does not start: "error
//! while loading shared libraries: libalexnet.so.0". A crate that lists
//! `alexnet-sys` in its dependencies is given the folder in `DEP_ALEXNET_LIB`,
//! and its programs and tests run by themselves with this `build.rs`:
//!
//! ```no_run
//! if let Some(lib) = std::env::var_os("DEP_ALEXNET_LIB") {
//!     println!("cargo:rustc-link-arg=-Wl,-rpath,{}", lib.to_string_lossy());
//! }
//! ```
//!
//! The library needs glibc 2.35 and libstdc++ of GCC 12 (GLIBCXX_3.4.30) or newer. On an
//! older system the dynamic linker says which it lacks, "version `GLIBC_2.35' not found",
//! before the program starts, and the linker when it is built; only a newer system helps,
//! as Debian 12 or Ubuntu 22.04.
//!
//! Cargo links documentation tests without such arguments; they need
//! `LD_LIBRARY_PATH=$ALEXNET_DIR/lib cargo test`.

#[rustfmt::skip]
#[allow(clippy::all, deref_nullptr, missing_docs, non_camel_case_types, non_upper_case_globals)]
mod bindings;

pub use bindings::*;

/// What `alexnet_convert.h` adds.
#[cfg(feature = "convert")]
#[rustfmt::skip]
#[allow(clippy::all, deref_nullptr, missing_docs, non_camel_case_types, non_upper_case_globals)]
pub mod convert;
