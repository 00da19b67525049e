//! Addresses of whole sites, such as `public_url` and what browsers send as origin.

use url::Url;

/// The address of a whole site.
///
/// # Errors
/// What is wrong with it.
pub fn site_url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is no address such as https://pulse.example.org")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("begins neither with https:// nor with http://");
    }
    let bare = url.username().is_empty() && url.password().is_none();
    if !bare || url.query().is_some() || url.fragment().is_some() {
        return Err("has more than scheme, host and port");
    }
    if url.path() != "/" {
        return Err(
            "has a path; only scheme, host and port belong here, and the path of this server in `base_path`",
        );
    }
    Ok(url)
}
