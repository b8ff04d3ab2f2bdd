//! Where input and tables are: files of this machine, or of an object store (`s3://bucket/folder`), through one interface.

use std::sync::{Arc, LazyLock};

use anyhow::{Context, Result};
use datafusion::common::DataFusionError;
use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use url::Url;

/// The stores that this process has met.
pub static STORES: LazyLock<Arc<Stores>> = LazyLock::new(Arc::default);

/// Of each URL its store: the environment says how it is reached (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, …).
#[derive(Debug, Default)]
pub struct Stores(DefaultObjectStoreRegistry);

impl ObjectStoreRegistry for Stores {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.0.register_store(url, store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>, DataFusionError> {
        if let Ok(known) = self.0.get_store(url) {
            return Ok(known);
        }
        let environment = std::env::vars().map(|(name, value)| (name.to_ascii_lowercase(), value));
        let (store, _) = object_store::parse_url_opts(url, environment).map_err(DataFusionError::from)?;
        let store = Arc::from(store);
        self.register_store(url, Arc::clone(&store));
        Ok(store)
    }
}

/// A file, or all files beneath a folder.
#[derive(Clone, Debug)]
pub struct Place {
    url: Url,
    path: Path,
    store: Arc<dyn ObjectStore>,
}

impl Place {
    /// What somebody typed: a path of this machine, or a URL.
    pub fn parse(given: &str) -> Result<Place> {
        let url = if given.contains("://") {
            Url::parse(given)?
        } else {
            // Every path but a relative one makes a URL, and this is none.
            Url::from_file_path(std::path::absolute(given)?).ok().with_context(|| format!("no path: {given}"))?
        };
        Place::of(url)
    }

    fn of(url: Url) -> Result<Place> {
        Ok(Place { path: Path::from_url_path(url.path())?, store: STORES.get_store(&url)?, url })
    }

    /// A file in this folder.
    pub fn file(&self, name: &str) -> Result<Place> {
        let mut url = self.url.clone();
        url.path_segments_mut().ok().context("no folder")?.pop_if_empty().push(name);
        Place::of(url)
    }

    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    /// The same as a folder, for the engine: with a slash at the end of its URL.
    pub fn folder(&self) -> String {
        format!("{}/", self.url.as_str().trim_end_matches('/'))
    }

    /// What the file holds, if there is one.
    pub async fn read(&self) -> Result<Option<Vec<u8>>> {
        match self.store.get(&self.path).await {
            Ok(found) => Ok(Some(found.bytes().await?.into())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the file: it is there once it is whole.
    pub async fn write(&self, bytes: Vec<u8>) -> Result<()> {
        self.store.put(&self.path, bytes.into()).await?;
        Ok(())
    }

    /// The file itself, or all beneath the folder, by name.
    pub async fn files(&self) -> Result<Vec<ObjectMeta>> {
        let mut files: Vec<ObjectMeta> = self.store.list(Some(&self.path)).try_collect().await?;
        if files.is_empty() {
            files.extend(self.store.head(&self.path).await.ok());
        }
        files.sort_by(|one, other| one.location.cmp(&other.location));
        Ok(files)
    }

    /// Removes the file, or all beneath the folder.
    pub async fn remove(&self) -> Result<()> {
        for file in self.files().await? {
            self.store.delete(&file.location).await?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.url.to_file_path() {
            Ok(path) => path.display().fmt(formatter),
            Err(()) => self.url.fmt(formatter),
        }
    }
}
