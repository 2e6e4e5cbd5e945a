//! The library itself: its version, its devices and what it found.

use std::ptr;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, constants, Constant, Struct};

/// The version of the library, for example "0.1.0".
pub fn version() -> String {
    // SAFETY: takes nothing and gives a constant text.
    unsafe { ffi::text(sys::alexnet_version_string()) }
}

/// The version of the library as `major * 1000000 + minor * 1000 + patch`.
pub fn version_number() -> i32 {
    // SAFETY: takes nothing.
    unsafe { sys::alexnet_version() }
}

/// Refuses, with [`ErrorCode::Unsupported`](crate::ErrorCode::Unsupported), a
/// library that cannot stand in for version `major`.`minor`; the error names
/// both versions and the library's path.
///
/// Calls of this crate ask this for the crate's own version first.
pub fn require_version(major: i32, minor: i32) -> Result<()> {
    // SAFETY: takes numbers and where to put an error.
    ffi::call_unchecked(|error| unsafe { sys::alexnet_require_version(major, minor, error) })
}

constants! {
    /// What kind of device computes.
    pub enum DeviceKind {
        /// The processor.
        Cpu = ALEXNET_DEVICE_CPU,
        /// Plain loops in float64, slow: what others are checked against.
        Reference = ALEXNET_DEVICE_REFERENCE,
    }
}

/// Where networks can be computed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Device {
    /// For options: "cpu".
    pub name: String,
    /// One line for a person.
    pub description: String,
    /// What kind it is; `None` for a kind of a newer library.
    pub kind: Option<DeviceKind>,
    /// Compute threads that are used by default.
    pub threads: usize,
}

/// The devices that there are.
pub fn devices() -> Result<Vec<Device>> {
    // SAFETY: takes nothing.
    let count = unsafe { sys::alexnet_device_count() };
    (0..count).map(device).collect()
}

fn device(index: usize) -> Result<Device> {
    let mut info = sys::alexnet_device_info::init();
    // SAFETY: `info` is initialised and outlives the call.
    ffi::call(|error| unsafe { sys::alexnet_device_at(index, &mut info, error) })?;
    // SAFETY: the call filled in texts that live as long as the library.
    let (name, description) = unsafe { (ffi::text(info.name), ffi::text(info.description)) };
    Ok(Device {
        name,
        description,
        kind: DeviceKind::from_c(info.kind).ok(),
        threads: ffi::size(info.threads.into()),
    })
}

/// What the library found, as a JSON object: "version", "library" (its path),
/// "cpu", "features", "isa", "threads", "libraries", "devices", "cuda" and "mpi".
pub fn system_json() -> Result<String> {
    let mut json = ptr::null_mut();
    // SAFETY: `json` outlives the call.
    ffi::call(|error| unsafe { sys::alexnet_system_json(&mut json, error) })?;
    // SAFETY: the call succeeded, so the text is ours.
    Ok(unsafe { ffi::take_text(json) })
}

/// A network that the library knows by name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preset {
    /// For [`Network::preset`](crate::Network::preset).
    pub name: String,
    /// What it is, in one line.
    pub summary: String,
}

/// The presets, in the order of the documentation.
pub fn presets() -> Vec<Preset> {
    // SAFETY: takes nothing.
    let count = unsafe { sys::alexnet_preset_count() };
    (0..count)
        .map(|index| {
            // SAFETY: takes any index; the texts live as long as the library.
            unsafe {
                Preset {
                    name: ffi::text(sys::alexnet_preset_name(index)),
                    summary: ffi::text(sys::alexnet_preset_summary(index)),
                }
            }
        })
        .collect()
}
