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
//! It refuses headers of a version that these declarations do not fit. Where
//! the environment has `DOCS_RS`, it looks for nothing: documentation needs no
//! library.
//!
//! # Running what was built
//!
//! Programs, tests and documentation tests that Cargo runs find
//! `libalexnet.so.0`, also those of crates that depend on this one: the build
//! script makes its folder one of the target directory. Started otherwise, a
//! program looks where the system keeps its libraries, in the folders of
//! `LD_LIBRARY_PATH` and in its rpath, and does not start where there is none:
//! "error while loading shared libraries: libalexnet.so.0". A crate that lists
//! `alexnet-sys` in its dependencies is given the folder in `DEP_ALEXNET_LIB`,
//! and its programs have an rpath with this `build.rs`:
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

#[rustfmt::skip]
#[allow(clippy::all, deref_nullptr, missing_docs, non_camel_case_types, non_upper_case_globals)]
mod bindings;

pub use bindings::*;

/// What `alexnet_convert.h` adds.
#[cfg(feature = "convert")]
#[rustfmt::skip]
#[allow(clippy::all, deref_nullptr, missing_docs, non_camel_case_types, non_upper_case_globals)]
pub mod convert;
