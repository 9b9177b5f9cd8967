//! Lists: in one answer, behind an address to download from, or page by page.

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::answer::{Answer, Purpose};
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::wire;

const PAGE_SIZE: usize = 100;

/// No list of this API is longer than 10,000 entries by pages; ten times as much ends a paging that
/// would never end.
const MOST_PAGES: usize = 1_000;

/// A list in one answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: Deserialize<'de>")]
struct Listing<T> {
    #[serde(default, deserialize_with = "entities")]
    entities: Option<Vec<T>>,
    #[serde(default, deserialize_with = "wire::optional")]
    download_url: Option<String>,
}

/// One page of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: Deserialize<'de>")]
struct Page<T> {
    #[serde(default, alias = "results", deserialize_with = "entities")]
    entities: Option<Vec<T>>,
    #[serde(default, deserialize_with = "wire::number")]
    page_count: Option<i64>,
}

/// `None` only where the field is absent, since an answer without it may be no list at all.
fn entities<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    wire::list(deserializer).map(Some)
}

impl Client {
    /// The list that an answer holds or points to.
    pub(crate) async fn listed<T: DeserializeOwned>(
        &self,
        answer: Answer,
    ) -> Result<Vec<T>, Error> {
        let listing: Listing<T> = answer.json()?;
        if let Some(address) = listing.download_url.filter(|address| !address.is_empty()) {
            let downloaded = self.download(&answer, &address).await?;
            let Listing { entities, .. } = downloaded.json::<Listing<T>>()?;
            return entities.ok_or_else(|| downloaded.bad("the download holds no list"));
        }
        listing.entities.ok_or_else(|| answer.bad("it holds no list"))
    }

    /// Fetches what an answer points to, without the token: from this API, or by https.
    async fn download(&self, from: &Answer, address: &str) -> Result<Answer, Error> {
        let url = self
            .0
            .site
            .api
            .join(address)
            .filter(|url| url.scheme() == "https" || self.0.site.api.is_of(url))
            .ok_or_else(|| {
                from.bad("its downloadUrl is neither https nor of the API's own host")
            })?;
        let call = Call {
            purpose: Purpose::Download,
            method: Method::GET,
            endpoint: "downloadUrl",
            url,
            body: None,
        };
        self.repeat(&call, None).await
    }

    /// A list that is read page by page.
    pub(crate) async fn paged<T: DeserializeOwned>(
        &self,
        endpoint: &'static str,
        url: &Url,
    ) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        for number in 1..=MOST_PAGES {
            let mut url = url.clone();
            url.query_pairs_mut()
                .append_pair("pageSize", &PAGE_SIZE.to_string())
                .append_pair("pageNumber", &number.to_string());
            let answer = self.get(endpoint, url).await?;
            if take_page(&answer, number, &mut all)? {
                return Ok(all);
            }
        }
        Err(Error::new(crate::ErrorKind::BadResponse, endpoint)
            .with_detail(format!("there is no end after {MOST_PAGES} pages")))
    }
}

/// Adds the entries of a page; true when it is the last one.
fn take_page<T: DeserializeOwned>(
    answer: &Answer,
    number: usize,
    all: &mut Vec<T>,
) -> Result<bool, Error> {
    let Page { entities, page_count }: Page<T> = answer.json()?;
    let last = page_count.map(|count| usize::try_from(count).unwrap_or(0) <= number);
    // A search that finds nothing leaves its list out.
    let entities = match (entities, last) {
        (Some(entities), _) => entities,
        (None, Some(true)) if number == 1 => Vec::new(),
        (None, _) => return Err(answer.bad("it holds no list")),
    };
    if entities.is_empty() && last == Some(false) {
        return Err(answer.bad(format!("page {number} is empty, and more are said to follow")));
    }
    let is_last = last.unwrap_or(entities.len() < PAGE_SIZE);
    all.extend(entities);
    Ok(is_last)
}
