//! Errors.

use std::fmt;

use alexnet_sys as sys;

use crate::text::text;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// A [`CancelToken`](crate::CancelToken) or a closure said so.
    Cancelled,
    /// What was passed can never work.
    InvalidArgument,
    /// A file, layer, tensor or key is not there.
    NotFound,
    /// The right call in the wrong state or with the wrong model.
    FailedPrecondition,
    /// A file is cut, changed or inconsistent.
    DataLoss,
    /// The system refused: rights, a full disk.
    Io,
    /// Memory ran out.
    OutOfMemory,
    /// The time that was given ran out.
    DeadlineExceeded,
    /// Valid, but not with this library or device.
    Unsupported,
    /// Training gave NaN or cannot go on.
    Diverged,
    /// A defect of the engine.
    Internal,
    /// A status of a newer library.
    Other(i32),
}

impl ErrorCode {
    fn from_c(status: sys::alexnet_status) -> Self {
        match status {
            sys::ALEXNET_CANCELLED => ErrorCode::Cancelled,
            sys::ALEXNET_INVALID_ARGUMENT => ErrorCode::InvalidArgument,
            sys::ALEXNET_NOT_FOUND => ErrorCode::NotFound,
            sys::ALEXNET_FAILED_PRECONDITION => ErrorCode::FailedPrecondition,
            sys::ALEXNET_DATA_LOSS => ErrorCode::DataLoss,
            sys::ALEXNET_IO => ErrorCode::Io,
            sys::ALEXNET_OUT_OF_MEMORY => ErrorCode::OutOfMemory,
            sys::ALEXNET_DEADLINE_EXCEEDED => ErrorCode::DeadlineExceeded,
            sys::ALEXNET_UNSUPPORTED => ErrorCode::Unsupported,
            sys::ALEXNET_DIVERGED => ErrorCode::Diverged,
            sys::ALEXNET_INTERNAL => ErrorCode::Internal,
            other => ErrorCode::Other(other),
        }
    }

    /// The number of the C interface, `ALEXNET_NOT_FOUND` and the like.
    pub fn number(self) -> i32 {
        match self {
            ErrorCode::Cancelled => sys::ALEXNET_CANCELLED,
            ErrorCode::InvalidArgument => sys::ALEXNET_INVALID_ARGUMENT,
            ErrorCode::NotFound => sys::ALEXNET_NOT_FOUND,
            ErrorCode::FailedPrecondition => sys::ALEXNET_FAILED_PRECONDITION,
            ErrorCode::DataLoss => sys::ALEXNET_DATA_LOSS,
            ErrorCode::Io => sys::ALEXNET_IO,
            ErrorCode::OutOfMemory => sys::ALEXNET_OUT_OF_MEMORY,
            ErrorCode::DeadlineExceeded => sys::ALEXNET_DEADLINE_EXCEEDED,
            ErrorCode::Unsupported => sys::ALEXNET_UNSUPPORTED,
            ErrorCode::Diverged => sys::ALEXNET_DIVERGED,
            ErrorCode::Internal => sys::ALEXNET_INTERNAL,
            ErrorCode::Other(number) => number,
        }
    }
}

/// A name for a person: "data loss".
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the function takes any number and gives a constant text.
        f.write_str(&unsafe { text(sys::alexnet_status_name(self.number())) })
    }
}

/// Why a call failed: what was wrong and what to do.
///
/// Displayed as "file: field: message", with the parts that are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    code: ErrorCode,
    text: String,
    message: String,
    file: String,
    field: String,
}

/// What a call gives that can fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that was found on this side.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Error(Box::new(Parts {
            code,
            text: message.clone(),
            message,
            file: String::new(),
            field: String::new(),
        }))
    }

    pub(crate) fn with_field(mut self, field: &str) -> Self {
        self.0.field = field.to_owned();
        self.0.text = format!("{field}: {}", self.0.message);
        self
    }

    /// Takes the error of a call that gave `status`.
    ///
    /// # Safety
    /// `error` is null or an error of the library that nobody else frees.
    pub(crate) unsafe fn take(status: sys::alexnet_status, error: *mut sys::alexnet_error) -> Self {
        // SAFETY: the caller says so; null gives empty texts. The texts are
        // copied before the error that they belong to is freed.
        unsafe {
            let mut parts = Parts {
                code: ErrorCode::from_c(status),
                text: text(sys::alexnet_error_text(error)),
                message: text(sys::alexnet_error_message(error)),
                file: text(sys::alexnet_error_file(error)),
                field: text(sys::alexnet_error_field(error)),
            };
            sys::alexnet_error_free(error);
            if parts.text.is_empty() {
                parts.text = parts.code.to_string();
            }
            Error(Box::new(parts))
        }
    }

    /// What kind of failure it is.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What was wrong and what to do, without file and field.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The file that it is about.
    pub fn file(&self) -> Option<&str> {
        Some(self.0.file.as_str()).filter(|file| !file.is_empty())
    }

    /// The argument, option or field of a file that it is about.
    pub fn field(&self) -> Option<&str> {
        Some(self.0.field.as_str()).filter(|field| !field.is_empty())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl std::error::Error for Error {}
