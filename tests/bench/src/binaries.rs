use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use runtime_api::FUNCTIONS;

use crate::Error;

/// What a zip file adds to the one compressed file in it, in bytes.
const AROUND_ZIPPED: usize = 130;

/// The measured binaries.
#[derive(Debug)]
pub struct Binaries(BTreeMap<String, PathBuf>);

/// How large a binary is, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) binary: usize,
    pub(crate) zipped: usize,
}

impl Binaries {
    /// Builds them. The functions together, as they are deployed; hello-world by itself, so that
    /// neither is given features that the other asks for.
    ///
    /// # Errors
    /// cargo does not build them.
    pub fn build(profile: &str) -> Result<Self, Error> {
        let mut binaries = runtime_api::build(profile, &FUNCTIONS)?;
        binaries.extend(runtime_api::build(profile, &["hello-world"])?);
        Ok(Self(binaries))
    }

    /// Takes those that lie in `directory`, one at least, to compare a build that was kept.
    ///
    /// # Errors
    /// There is none.
    pub fn kept(directory: &Path) -> Result<Self, Error> {
        let names = FUNCTIONS.into_iter().chain(["hello-world"]);
        let found = names
            .map(|name| (name.to_owned(), directory.join(name)))
            .filter(|(_, path)| path.is_file());
        let binaries = Self(found.collect());
        if binaries.0.is_empty() {
            Err(Error::NoBinaries(directory.to_owned()))
        } else {
            Ok(binaries)
        }
    }

    /// Whether there is a binary of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Where a binary lies.
    pub(crate) fn path<'a>(&'a self, name: &'a str) -> &'a Path {
        self.0.get(name).map_or(Path::new(name), PathBuf::as_path)
    }

    /// The directory that they lie in.
    pub fn directory(&self) -> &Path {
        self.0.values().next().and_then(|path| path.parent()).unwrap_or(Path::new("."))
    }

    /// Measures a binary, as it is and as the zip file that is uploaded.
    pub(crate) fn size(&self, name: &str) -> Result<Size, Error> {
        let path = self.path(name);
        let content = fs::read(path).map_err(Error::file(path))?;
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
        let zipped = deflated
            .write_all(&content)
            .and_then(|()| deflated.finish())
            .map_err(Error::file(path))?;
        Ok(Size { binary: content.len(), zipped: zipped.len() + AROUND_ZIPPED })
    }
}
