//! Finds libalexnet and checks that it fits the declarations: see src/lib.rs.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

/// Where the library and its headers are.
struct Found {
    lib: PathBuf,
    include: PathBuf,
}

fn main() {
    println!("cargo:rerun-if-env-changed=DOCS_RS");
    if env::var_os("DOCS_RS").is_some() {
        return; // Documentation is made without the library.
    }
    println!("cargo:rerun-if-env-changed=ALEXNET_DIR");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/bindings.rs");
    let found = find().and_then(|found| {
        check(&found)?;
        link(&found)?;
        Ok(found)
    });
    match found {
        Ok(found) => tell(&found),
        Err(message) => {
            eprintln!("error: {message}");
            process::exit(1);
        }
    }
}

/// Makes the library's folder one of the target directory. Of what is searched
/// when linking, Cargo lets the programs that it runs find what is in there, in
/// every crate that depends on this one.
fn link(found: &Found) -> Result<(), String> {
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let link = Path::new(&out).join("lib");
    let failed = |error| format!("{}: {error}", link.display());
    match fs::remove_file(&link) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    symlink(&found.lib, &link).map_err(failed)?;
    println!("cargo:rustc-link-search=native={}", link.display());
    Ok(())
}

/// What Cargo and the build scripts of dependants are told.
fn tell(found: &Found) {
    let lib = found.lib.display();
    println!("cargo:rustc-link-lib=dylib=alexnet");
    if env::var_os("CARGO_FEATURE_CONVERT").is_some() {
        println!("cargo:rustc-link-lib=dylib=alexnet_convert");
    }
    // This package's own tests, when they are run without Cargo.
    println!("cargo:rustc-link-arg=-Wl,-rpath,{lib}");
    println!("cargo:lib={lib}");
    println!("cargo:include={}", found.include.display());
    if let Some(root) = found.lib.parent() {
        println!("cargo:root={}", root.display());
    }
    println!("cargo:rerun-if-changed={}", version_header(found).display());
}

fn version_header(found: &Found) -> PathBuf {
    found.include.join("alexnet/c/version.h")
}

fn find() -> Result<Found, String> {
    let mut looked = Vec::new();
    match env::var_os("ALEXNET_DIR") {
        Some(dir) => match in_folder(&PathBuf::from(dir)) {
            Ok(found) => return Ok(found),
            // Asked for, so nothing else will do.
            Err(why) => looked.push(format!("in ALEXNET_DIR: {why}")),
        },
        None => {
            looked.push("ALEXNET_DIR is not set".to_owned());
            match by_pkg_config() {
                Ok(found) => return Ok(found),
                Err(why) => looked.push(format!("by pkg-config: {why}")),
            }
        }
    }
    Err(format!(
        "libalexnet was not found:\n  {}\n\
         Unpack the distribution (alexnet-VERSION-linux-x86_64) and set ALEXNET_DIR to its folder, \
         or put the folder of alexnet.pc into PKG_CONFIG_PATH.",
        looked.join("\n  ")
    ))
}

fn in_folder(dir: &Path) -> Result<Found, String> {
    let dir = dir
        .canonicalize()
        .map_err(|error| format!("{}: {error}", dir.display()))?;
    whole(Found {
        lib: dir.join("lib"),
        include: dir.join("include"),
    })
}

fn by_pkg_config() -> Result<Found, String> {
    let variable = |name: &str| {
        let output = Command::new("pkg-config")
            .args([&format!("--variable={name}"), "alexnet"])
            .output()
            .map_err(|error| format!("pkg-config does not run: {error}"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(if said.is_empty() {
                format!("pkg-config says nothing and ends with {}", output.status)
            } else {
                said
            });
        }
        let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        path.canonicalize()
            .map_err(|error| format!("{}: {error}", path.display()))
    };
    whole(Found {
        lib: variable("libdir")?,
        include: variable("includedir")?,
    })
}

/// `found` if both files are there.
fn whole(found: Found) -> Result<Found, String> {
    for path in [found.lib.join("libalexnet.so"), version_header(&found)] {
        if !path.is_file() {
            return Err(format!("there is no {}", path.display()));
        }
    }
    Ok(found)
}

/// Refuses headers that may lack what the declarations name.
fn check(found: &Found) -> Result<(), String> {
    let source = Path::new("src").join("bindings.rs");
    let header = version_header(found);
    let ours = version(&source, |name| format!("pub const {name}: i32 = "))?;
    let theirs = version(&header, |name| format!("#define {name} "))?;
    let fits = if ours.0 == 0 {
        theirs == ours
    } else {
        theirs.0 == ours.0 && theirs.1 >= ours.1
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "{} is of alexnet {}.{}, but this crate is made for alexnet {major}.{minor}; \
         install alexnet {major}.{minor} or use the crate of version {}.{}",
        header.display(),
        theirs.0,
        theirs.1,
        theirs.0,
        theirs.1,
        major = ours.0,
        minor = ours.1,
    ))
}

/// Major and minor version from the lines that begin with `start`.
fn version(file: &Path, start: impl Fn(&str) -> String) -> Result<(u32, u32), String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let number = |name: &str| {
        let start = start(name);
        text.lines()
            .find_map(|line| line.trim().strip_prefix(start.as_str()))
            .and_then(|rest| rest.trim().trim_end_matches(';').parse().ok())
            .ok_or_else(|| format!("{} does not give {name}", file.display()))
    };
    Ok((
        number("ALEXNET_VERSION_MAJOR")?,
        number("ALEXNET_VERSION_MINOR")?,
    ))
}
